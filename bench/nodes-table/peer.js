// The least that shows the same rows: the same data, TanStack's virtualizer, no framework, no checks of the data, no selection.
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "/virtual-core/index.js";

const scroller = document.querySelector("#scroller");
const table = document.querySelector("table");
const body = document.querySelector("tbody");
const box = document.querySelector("input");
const byName = new Intl.Collator("en", { numeric: true });
const { nodes } = await (await fetch("/nodes.json")).json();
nodes.sort((one, other) => byName.compare(one.name, other.name));

function cells({ name, clusterName, api, address, runtimeText, runtime, preflight, probedAt }) {
	const { block, warn } = preflight;
	const ours = [clusterName, `${block.length} / ${warn.length}`];
	const kubectl = [
		api.status,
		api.roles.join(),
		api.createdAt,
		api.version,
		api.internalIp,
		api.externalIp,
		api.osImage,
		api.kernelVersion,
	];
	return [name, ...ours, ...kubectl, runtimeText, runtime, address, probedAt];
}
const texts = new Map(nodes.map((node) => [node, cells(node).join("\n").toLowerCase()]));
let shown = nodes;

function draw() {
	const items = virtual.getVirtualItems();
	const space = (height) => `<tr style="height:${height}px"><td></td></tr>`;
	const rows = items.map(({ index }) => {
		const tds = cells(shown[index]).map((text) => `<td>${text ?? ""}</td>`);
		return `<tr data-index="${index}"><td><input type="checkbox"></td>${tds.join("")}</tr>`;
	});
	body.innerHTML = space(items[0]?.start ?? 0) + rows.join("") + space(virtual.getTotalSize() - (items.at(-1)?.end ?? 0));
	table.setAttribute("aria-rowcount", String(shown.length + 1));
}

const options = () => ({
	count: shown.length,
	getScrollElement: () => scroller,
	estimateSize: () => 36,
	overscan: 8,
	scrollToFn: elementScroll,
	observeElementRect,
	observeElementOffset,
	onChange: draw,
});
const virtual = new Virtualizer(options());
virtual._didMount();
virtual._willUpdate();
draw();
box.addEventListener("input", () => {
	const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
	shown = nodes.filter((node) => words.every((word) => texts.get(node).includes(word)));
	virtual.setOptions(options());
	virtual.measure();
	draw();
});
