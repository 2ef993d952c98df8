import { writeFileSync } from "node:fs";
import { present } from "../../common/present";
import type { CheckedFolder } from "./checkedFolder";
import { type Api, type Ast, loadNative, type Project, type Snapshot } from "./native";

/** The cell's file as the compiler sees it now. */
export type OpenedFile = Pick<Project, "program" | "checker"> & { readonly path: string };

/** TypeScript's native compiler in a process of its own, which sees one changing file. */
export class NativeCompiler {
  readonly ast: Ast;
  readonly folder: CheckedFolder;
  readonly #api: Api;
  #snapshot: Snapshot | undefined;

  private constructor(api: Api, ast: Ast, folder: CheckedFolder) {
    this.#api = api;
    this.ast = ast;
    this.folder = folder;
  }

  /** Starts the process. */
  static async start(folder: CheckedFolder): Promise<NativeCompiler> {
    const { api, ast } = await loadNative();
    return new NativeCompiler(new api.API({ cwd: folder.directory }), ast, folder);
  }

  /** The cell's file with this text; what an earlier call gave must not be used any more. */
  async open(text: string): Promise<OpenedFile> {
    const { cell, configuration } = this.folder;
    writeFileSync(cell, text);
    const before = this.#snapshot;
    const snapshot = await this.#api.updateSnapshot(
      before ? { fileChanges: { changed: [cell] } } : { openProjects: [configuration] },
    );
    this.#snapshot = snapshot;
    await before?.dispose();
    const { program, checker } = present(snapshot.getProject(configuration), "The cell's project");
    return { path: cell, program, checker };
  }

  async close(): Promise<void> {
    await this.#api.close();
  }
}
