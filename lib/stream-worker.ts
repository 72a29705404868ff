import { openOwnStream } from "./own-stream.ts";
import { FanOut } from "./stream-fan-out.ts";
import type { StreamPort, ToTab, ToWorker } from "./stream-port.ts";

// The worker that all tabs of a browser share, and with it one connection to the console. Browsers end it with the last tab.

const fanOut = new FanOut(openOwnStream);

/** The part of SharedWorkerGlobalScope that is used: the compiler is given a page's types. */
interface WorkerScope {
	onconnect: ((event: MessageEvent) => void) | null;
}

(globalThis as unknown as WorkerScope).onconnect = ({ ports: [port] }) => {
	if (port) fanOut.attach(port as unknown as StreamPort<ToWorker, ToTab>);
};
