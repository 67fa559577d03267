/**
 * Watches of Kubernetes objects that survive outages, bad answers and hostile servers. The local cluster and every remote
 * cluster are read through them.
 *
 * <p>How to use it. A {@link io.meshfed.watch.WatchSpec} says what to watch, which indexes to keep and how large answers may be.
 * {@link io.meshfed.watch.ClusterWatch#start} starts one thread that lists, then watches; a
 * {@link io.meshfed.watch.WatchListener} receives each change. {@code synced()} says whether absence of an object means anything;
 * {@code failure()} says what is wrong now, with a reason of {@link io.meshfed.api.condition.ConnectionReason}.
 *
 * <p>How it works. {@code ApiCalls} makes one LIST or WATCH call; {@code CompleteList} reads all pages; {@code EventStream} passes
 * messages of a watch to the thread; {@code ObjectReader} converts one object at a time; {@code ObjectStore} and
 * {@code ObjectCache} keep the objects. A failed call is a {@code CallFailedException} with a message of our own, because a
 * server chooses its texts. After a failure the watch lists again, with a {@link io.meshfed.common.Backoff}.
 *
 * <p>What is kept: {@code managedFields} and kubectl's last-applied annotation are removed before an object enters the cache. No
 * reader of a cache needs them, and they are the larger half of many objects. {@code apply} reads the live object before an adoption.
 *
 * <p>Why not fabric8's informers (7.4.0): they report no outage after the start; they log the whole object that they cannot read,
 * in a Secret its keys; and with Vert.x they send no pings, so a dead connection looks like a quiet one. A remote server can be
 * hostile, so every answer here also has a limit of size and time. See {@code docs/adr/0003-own-watches.md}.
 *
 * <p>Trade-offs: one thread per watch, which is cheap for the dozens of watches here; kinds of our own are also cached by JOSDK's
 * informers, which start the reconcilers; a list that has lost more than half of the objects is requested twice, which delays a real
 * mass deletion by a second.
 */
@NullMarked
package io.meshfed.watch;

import org.jspecify.annotations.NullMarked;
