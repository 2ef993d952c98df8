/** What JupyterLab hands to an extension: for each shared package, its versions. */
export type SharedScope = { [name: string]: { [version: string]: { get(): Promise<() => unknown> } } };

/** The part of Lumino's Widget that is used here. */
export type Widget = {
  readonly node: HTMLElement;
  addClass(name: string): void;
  readonly isDisposed: boolean;
  dispose(): void;
};
export type WidgetClass = new () => Widget;

/** An output as JupyterLab hands it to a renderer; its `setData` is never called here: it would change the notebook. */
export type MimeModel = {
  readonly data: { readonly [mimeType: string]: unknown };
  readonly metadata: { readonly [mimeType: string]: unknown };
};
