import { expect, it } from "vitest";
import { isForward, MarkerWatch, momentName } from "./moments.ts";

it("tells the steps of the way back from forward ones of the same name, run by run", () => {
	const watch = new MarkerWatch();
	const seen = [
		"##gantry run00001 begin stop-kubelet 12.5\n",
		"stopping\n",
		"##gantry run00001 note kubelet-stopped\n",
		"##gantry run00001 end stop-kubelet ok 13.5\n",
		"##gantry run00001 revert armed 14.0\n",
		"##gantry run00001 begin stop-kubelet 14.5\n",
		"##gantry run00002 begin stop-kubelet 15.0\n",
	].flatMap((text) => watch.read(text) ?? []);
	expect(seen.map((passed) => `${passed.runId} ${momentName(passed)} ${isForward(passed) ? "forward" : "back"}`)).toEqual([
		"run00001 begin stop-kubelet forward",
		"run00001 end stop-kubelet forward",
		"run00001 begin revert:stop-kubelet back",
		"run00002 begin stop-kubelet forward",
	]);
});
