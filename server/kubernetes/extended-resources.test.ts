import { expect, it } from "vitest";
import { extendedResources } from "./extended-resources.ts";

it("keeps what device plugins give, as numbers, and nothing of the node's own", () => {
	expect(
		extendedResources({
			cpu: "4",
			memory: "8046252Ki",
			"hugepages-2Mi": "0",
			"attachable-volumes-aws-ebs": "25",
			"example.kubernetes.io/odd": "3",
			"nvidia.com/gpu": "8",
			"vendor.example/slots": "1k",
			"vendor.example/broken": "many",
		}),
	).toEqual({ "nvidia.com/gpu": 8, "vendor.example/slots": 1000, "vendor.example/broken": 0 });
});
