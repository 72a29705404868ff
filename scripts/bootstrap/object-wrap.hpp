// Included before every C++ source when native modules are built for Node 24.19 or newer (see native-build.mjs).
//
// Those versions' node::ObjectWrap asks for the current environment in its destructor. An object that is collected while
// a promise is being settled has none, and the process aborts: with better-sqlite3 12 that is any statement, within
// milliseconds. Before 24.19 the class did without the hook, and so it does here. https://github.com/nodejs/node/issues/65446
#pragma once
#include <node.h>
#define AddEnvironmentCleanupHook(isolate, hook, argument) static_cast<void>(hook)
#define RemoveEnvironmentCleanupHook(isolate, hook, argument) static_cast<void>(hook)
#include <node_object_wrap.h>
#undef AddEnvironmentCleanupHook
#undef RemoveEnvironmentCleanupHook
