"use client";

import { useEffect, useState } from "react";
import { useStream } from "@/components/shell/live.tsx";
import { useNow } from "@/components/ui/clock.tsx";

/**
 * Now by the console's clock, in milliseconds since 1970, moving each second: deadlines and signs of life are told by that clock, and a
 * browser's may be minutes off. 0 until the page runs in the browser.
 */
export function useServerNow(): number {
	const stream = useStream();
	const now = useNow();
	const [offsetMs, setOffsetMs] = useState(0);
	useEffect(() => {
		const take = (message: { now: string }) => {
			const measured = Date.parse(message.now) - Date.now();
			// Jitter of the network is no difference of clocks.
			if (!Number.isNaN(measured)) setOffsetMs((old) => (Math.abs(measured - old) > 1_500 ? measured : old));
		};
		const stops = [stream.subscribe("hello", take), stream.subscribe("heartbeat", take)];
		return () => {
			for (const stop of stops) stop();
		};
	}, [stream]);
	return now === 0 ? 0 : now + offsetMs;
}
