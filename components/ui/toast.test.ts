import { beforeEach, expect, it, vi } from "vitest";

beforeEach(() => vi.resetModules());

it("keeps what is told before toasts can be seen, in its order, and tells it once", async () => {
	const { showToasts, toast, toasts } = await import("./toast.ts");
	const load = vi.spyOn(toasts, "load").mockImplementation(() => undefined);
	toast.success("first");
	toast.error("second", { id: "two" });
	expect(load).toHaveBeenCalledTimes(2);
	const told: unknown[][] = [];
	const say =
		(kind: string) =>
		(...what: unknown[]) =>
			told.push([kind, ...what]);
	const sonner = { success: say("success"), info: say("info"), warning: say("warning"), error: say("error") };
	showToasts(sonner);
	toast.info("third");
	showToasts(sonner);
	expect(told).toEqual([
		["success", "first", undefined],
		["error", "second", { id: "two" }],
		["info", "third", undefined],
	]);
});
