import type { Direction } from "@/lib/contracts/plan.ts";
import type { RolloutOrder } from "@/lib/contracts/rollout.ts";

/** The message that names an order. Nodes that go back as they are chosen go the way they came, backwards. */
export function orderName(order: RolloutOrder, direction: Direction) {
	return order === "chosen" && direction === "rollback" ? "orderLastFirst" : (`orderChoice.${order}` as const);
}
