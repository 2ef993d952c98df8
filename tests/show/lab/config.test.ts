import { expect, test } from "vitest";
import { safeConfig } from "../../../src/show/lab/config.mjs";

test("nothing that a saved figure asks for can bring back the button that sends data away", () => {
  const config = {
    showSendToCloud: true,
    plotlyServerURL: "https://example.org",
    modeBarButtons: [["sendChartToCloud"]],
    modeBarButtonsToAdd: ["sendChartToCloud"],
    editable: true,
    scrollZoom: true,
  };
  const safe = safeConfig({ config });
  expect(safe).toMatchObject({ showSendToCloud: false, plotlyServerURL: "", scrollZoom: true });
  expect(JSON.stringify(safe)).not.toContain("sendChartToCloud");
  expect(safe).not.toHaveProperty("editable");
  expect(safeConfig({})).toMatchObject({ showSendToCloud: false, plotlyServerURL: "" });
});
