import { describe, expect, it } from "vitest";
import { heights, settle, step } from "./detents";

describe("the phone's sheet", () => {
  it("has three heights", () => {
    expect(heights(844)).toEqual({ apercu: 112, moitie: 608, plein: 844 });
  });

  it("settles at the nearest, a flick counting for more", () => {
    expect(settle(600, 0, 844)).toBe("moitie");
    expect(settle(200, 0, 844)).toBe("apercu");
    expect(settle(600, 1.2, 844)).toBe("plein");
    expect(settle(600, -2, 844)).toBe("apercu");
  });

  it("steps without going over", () => {
    expect(step("plein", 1)).toBe("plein");
    expect(step("apercu", 1)).toBe("moitie");
  });
});
