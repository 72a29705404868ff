"use client";

import { useTranslations } from "next-intl";

/** What a step is called: `revert:stop-kubelet` is the way back's. A step that the catalogue does not know goes by its id. */
export function useStepName(): (id: string) => string {
	const step = useTranslations("step");
	const run = useTranslations("run");
	return (id) => {
		const back = id.startsWith("revert:");
		const plain = back ? id.slice("revert:".length) : id;
		const name = step.has(plain) ? step(plain) : plain;
		return back ? run("revertStep", { step: name }) : name;
	};
}
