// Runs in the page before anything of its own: when rows were first painted, and how long after a key the rows for it were.
window.bench = { firstRowsMs: null, keys: [], frames: [] };
const ROWS = "tbody tr[data-index]";

/** Once what stands in the document now has been painted. */
function painted(tell) {
	requestAnimationFrame(() => {
		const { port1, port2 } = new MessageChannel();
		port2.onmessage = () => tell(performance.now());
		port1.postMessage(null);
	});
}

let pressedAt = null;
addEventListener("keydown", (event) => {
	if (event.target.matches?.("input[type=search]")) pressedAt = event.timeStamp;
});
function rowCount() {
	return document.querySelector("table[aria-rowcount]")?.getAttribute("aria-rowcount") ?? null;
}
let count = null;
new MutationObserver(() => {
	if (window.bench.firstRowsMs === null && document.querySelector(ROWS)) {
		window.bench.firstRowsMs = 0;
		painted((at) => {
			window.bench.firstRowsMs = at;
		});
	}
	const now = rowCount();
	if (now === count) return;
	count = now;
	if (pressedAt === null) return;
	const from = pressedAt;
	pressedAt = null;
	painted((at) => window.bench.keys.push(at - from));
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-rowcount"] });

/** The lengths of the frames until `ms` are over. */
window.bench.watchFrames = (ms) =>
	new Promise((resolve) => {
		const frames = [];
		const begun = performance.now();
		let before = begun;
		requestAnimationFrame(function frame() {
			const now = performance.now();
			frames.push(now - before);
			before = now;
			if (now - begun > ms) resolve(frames);
			else requestAnimationFrame(frame);
		});
	});
