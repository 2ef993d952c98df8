import type * as TypeScript from "@tslab/typescript-for-tslab";

/**
 * What tslab's rewriting of names lacks: in `{ seed }` the name stands for a variable, which may come from an earlier
 * cell. tslab asks what a name means and then replaces it. Here the shorthand is first spelled out as `seed: seed`, and
 * the answer is about the variable, not the property. A name that only names a property, such as `a` in
 * `const { a: mine } = made()`, stays, even if the property comes from an earlier cell.
 */
export function knowShorthand(typescript: typeof TypeScript): {
  visitEachChild: typeof TypeScript.visitEachChild;
  createProgram: (...args: unknown[]) => Builder;
} {
  const ts = typescript;
  type Visit = (node: TypeScript.Node) => TypeScript.VisitResult<TypeScript.Node>;

  const spelledOut = (node: TypeScript.ShorthandPropertyAssignment, visit: Visit): TypeScript.Node => {
    const value = visit(node.name) as TypeScript.Expression;
    if (value === node.name) return visit(node) as TypeScript.Node;
    const fallback = node.objectAssignmentInitializer;
    return ts.factory.createPropertyAssignment(
      ts.factory.createIdentifier(node.name.text),
      fallback ? ts.factory.createAssignment(value, visit(fallback) as TypeScript.Expression) : value,
    );
  };

  const visitEachChild = (
    node: TypeScript.Node | undefined,
    visit: Visit,
    context: TypeScript.TransformationContext,
  ) =>
    ts.visitEachChild(
      node as TypeScript.Node,
      (child) => (ts.isShorthandPropertyAssignment(child) ? spelledOut(child, visit) : visit(child)),
      context,
    );

  const createProgram = (...args: unknown[]) => {
    const builder = (ts.createEmitAndSemanticDiagnosticsBuilderProgram as (...all: unknown[]) => Builder)(
      ...args,
    );
    const checker = builder.getProgram().getTypeChecker();
    const { getSymbolAtLocation } = checker;
    checker.getSymbolAtLocation = (node) => {
      const { parent } = node;
      if (parent && ts.isShorthandPropertyAssignment(parent) && parent.name === node)
        return checker.getShorthandAssignmentValueSymbol(parent);
      const namesProperty =
        parent &&
        ((ts.isBindingElement(parent) && parent.propertyName === node) ||
          (ts.isPropertyAssignment(parent) && parent.name === node));
      return namesProperty ? undefined : getSymbolAtLocation(node);
    };
    return builder;
  };

  return { visitEachChild: visitEachChild as typeof ts.visitEachChild, createProgram };
}

type Builder = TypeScript.EmitAndSemanticDiagnosticsBuilderProgram;
