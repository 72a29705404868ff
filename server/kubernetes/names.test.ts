import { expect, test } from "vitest";
import { checkedAnnotationKey, checkedName } from "./names.ts";

test.each(["node1", "ip-10-0-0-1.eu-west-1.compute.internal", "a"])("%s is a name", (name) => {
	expect(checkedName(name)).toBe(name);
});

test.each(["", "..", ".", "a..b", "Node1", "a/b", "a%2fb", "-a", "a-", "a b", "a\n", "ä", "x".repeat(254)])("%j is none", (name) => {
	expect(() => checkedName(name)).toThrow(expect.objectContaining({ code: "cluster.bad-name" }));
});

test.each(["kubeadm.alpha.kubernetes.io/cri-socket", "gantry/cordoned-by", "plain_Key.1"])("%s is an annotation's key", (key) => {
	expect(checkedAnnotationKey(key)).toBe(key);
});

test.each(["", "/a", "a/", "a/b/c", "UPPER/x", "a b", "x".repeat(64)])("%j is no annotation's key", (key) => {
	expect(() => checkedAnnotationKey(key)).toThrow(expect.objectContaining({ code: "cluster.bad-name" }));
});
