import { expect, test } from "vitest";
import { tslabModule } from "../../src/cells/tslabModule";

test("tslab's displays reach the given function, and a display of its own is updated", () => {
  const written: unknown[] = [];
  const { display, newDisplay } = tslabModule((content, update) => written.push([content, update]));
  display.html("<b>x</b>");
  const own = newDisplay();
  own.text("one");
  own.text("two");
  const content = (mime: string, text: string, id: unknown) => ({
    data: { [mime]: text },
    metadata: {},
    transient: { display_id: id },
  });
  expect(written).toEqual([
    [content("text/html", "<b>x</b>", undefined), undefined],
    [content("text/plain", "one", expect.any(String)), undefined],
    [content("text/plain", "two", expect.any(String)), true],
  ]);
});
