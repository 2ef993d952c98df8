// `npm start`: set everything up, then open JupyterLab on the notebooks. Other flags go to Jupyter.
//   npm start -- --check     set up, test what works, report versions, and stop
//   npm start -- --watch     also compile src/ whenever it changes
// An old Node must be able to read only this file, which refuses it; so the rest is imported late.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    "✗ Node " +
      process.versions.node +
      " is too old: intrinsic-params needs Node 20.19 or later (20, 22 and 24 are tested).\n\n" +
      "What to do:\n  Install a current Node from nodejs.org, or with nvm: nvm install 22\n  then run the same command again.\n",
  );
  process.exit(1);
}

import("./start-jupyterlab.mjs")
  .then(({ start }) => start(process.argv.slice(2)))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(`\n${error.name === "SetupError" ? error.toString() : error.stack}`);
      process.exitCode = 1;
    },
  );
