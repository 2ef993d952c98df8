// Plain JavaScript, because the set-up needs it before anything is built.
const fs = require("node:fs");
const path = require("node:path");

/**
 * Like mkdir -p. Node's own `recursive` never returns where a parent cannot be made, as in /proc.
 * @param {string} folder
 */
function makeFolder(folder) {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
  }
}

module.exports = { makeFolder };
