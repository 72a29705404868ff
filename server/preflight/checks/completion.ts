import { misnamedPlugins } from "../../runtime/containerd/misnamed.ts";
import { defineCheck, NOTE, type PreflightInput } from "../check.ts";
import { textOrNull } from "../text.ts";
import { unlessRefused } from "../unless-refused.ts";
import { byHand } from "./by-hand.ts";

/** A node on containerd whose change to it was left unfinished: there is something to plan after all. */
export const completion = defineCheck({
	id: "completion",
	codes: { "kubelet.runtime.to-complete": NOTE },
	run: (input: PreflightInput) => {
		const { kubelet, containerd } = input.facts;
		const misnamed = unlessRefused(() => misnamedPlugins(textOrNull(containerd.config) ?? ""), []);
		// Addresses whose network's own record is gone are nobody's to release by a plan.
		const left = byHand.run(input).filter(({ code, values }) => code !== "adopted.addresses-left" || values?.["releasable"] !== 0);
		if (misnamed.length === 0 && left.length === 0) return [];
		return [{ code: "kubelet.runtime.to-complete", values: { endpoint: kubelet.endpoint ?? "" } }];
	},
});
