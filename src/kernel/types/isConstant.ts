import type { Ast, Node, SourceFile } from "./native";

/**
 * Whether an expression is only literals, operators on them, and members of enums of its own file. A transpiler may leave
 * out a statement that is such an expression; to evaluate it twice does no harm.
 */
export function isConstant(ast: Ast, source: SourceFile, expression: Node): boolean {
  const { SyntaxKind } = ast;
  const enums = new Set([...source.statements].filter(ast.isEnumDeclaration).map(({ name }) => name.text));
  const literals = new Set<number>([
    SyntaxKind.NumericLiteral,
    SyntaxKind.BigIntLiteral,
    SyntaxKind.StringLiteral,
    SyntaxKind.NoSubstitutionTemplateLiteral,
    SyntaxKind.TrueKeyword,
    SyntaxKind.FalseKeyword,
    SyntaxKind.NullKeyword,
  ]);
  const isConstantNode = (node: Node): boolean => {
    if (literals.has(node.kind)) return true;
    if (ast.isIdentifier(node)) return node.text === "undefined";
    if (ast.isPropertyAccessExpression(node))
      return ast.isIdentifier(node.expression) && enums.has(node.expression.text);
    if (ast.isPrefixUnaryExpression(node))
      return (
        node.operator !== SyntaxKind.PlusPlusToken &&
        node.operator !== SyntaxKind.MinusMinusToken &&
        isConstantNode(node.operand)
      );
    if (ast.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      const isAssignment = kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
      return !isAssignment && isConstantNode(node.left) && isConstantNode(node.right);
    }
    if (ast.isConditionalExpression(node))
      return [node.condition, node.whenTrue, node.whenFalse].every(isConstantNode);
    if (ast.isTemplateExpression(node))
      return node.templateSpans.every((span) => isConstantNode(span.expression));
    if (
      ast.isParenthesizedExpression(node) ||
      ast.isAsExpression(node) ||
      ast.isSatisfiesExpression(node) ||
      ast.isNonNullExpression(node) ||
      ast.isVoidExpression(node) ||
      ast.isTypeOfExpression(node)
    )
      return isConstantNode(node.expression);
    return false;
  };
  return isConstantNode(expression);
}
