import { need } from "../page/make";
import { NotebookView } from "./notebookView";

const article = need("article.notebook");
if (article.dataset.live === "true") new NotebookView(article);
