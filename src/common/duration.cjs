// Plain JavaScript, because scripts use it before anything is built.

/**
 * Seconds in words.
 * @param {number} seconds
 * @returns {string}
 */
function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

module.exports = { duration };
