import { Ban, Info, TriangleAlert } from "lucide-react";

/** How a finding of each severity is drawn; the words that go with it are each place's own. */
export const SEVERITY_LOOKS = {
	block: { icon: Ban, colour: "text-danger", label: "severityBlock" },
	warn: { icon: TriangleAlert, colour: "text-warning", label: "severityWarn" },
	note: { icon: Info, colour: "text-info", label: "severityNote" },
} as const;
