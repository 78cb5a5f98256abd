"""Exercises of chapter 10, Automatic differentiation."""

import numpy as np

from bpedu import rules
from bpedu.exercise import Exercise, Mistake

# --- 10.1 ------------------------------------------------------------------------------------------------------------


def replay(tape):
    """Return the list of ∂(last line)/∂(line k), one number for each line of the tape.

    tape  a list; entry k is (parents, slopes):
          the numbers of the lines that line k read, and its slope for each of them
    """
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for k in reversed(range(len(tape))):
        parents, slopes = tape[k]
        for parent, slope in zip(parents, slopes, strict=True):
            gradients[parent] += slope * gradients[k]
    return gradients


def tape_cases(rng):
    def slopes(n):
        return tuple(float(s) for s in rng.uniform(0.5, 2, n) * rng.choice([-1, 1], n))

    def tape(*parents):
        return [(p, slopes(len(p))) for p in parents]

    product_and_sine = tape((), (), (0, 1), (0,), (2, 3))
    diamonds = tape((), (0,), (0,), (1, 2), (3,), (3,), (4, 5))
    unused = tape((), (), (0, 1), (1,), (2, 0))
    twice = tape((), (0, 0), (1, 0), (2, 1))
    wide = tape((), (), (), (0, 1, 2), (3, 0), (4, 3, 1))
    return [(t,) for t in (product_and_sine, diamonds, unused, twice, wide, tape((), (0,), (1,), (2,)))]


def replayed(tape, *, lines=reversed, step=lambda old, slope, g: old + slope * g, seed=1.0, edges=None):
    """A replay that takes the lines in another order, adds otherwise, starts otherwise, or leaves edges out."""
    gradients = [0.0] * len(tape)
    gradients[-1] = seed
    for k in lines(range(len(tape))):
        for parent, slope in list(zip(*tape[k], strict=True))[:edges]:
            gradients[parent] = step(gradients[parent], slope, gradients[k])
    return gradients


def replayed_from_ones(tape):
    gradients = [1.0] * len(tape)
    for k in reversed(range(len(tape))):
        for parent, slope in zip(*tape[k], strict=True):
            gradients[parent] += slope * gradients[k]
    return gradients


def replayed_in_pairs(tape):
    gradients = [0.0] * len(tape)
    gradients[-1] = 1.0
    for k in reversed(range(len(tape))):
        for parent, slope in tape[k]:
            gradients[parent] += slope * gradients[k]
    return gradients


def replayed_at_once(tape):
    gradients = np.zeros(len(tape))
    gradients[-1] = 1.0
    for k in reversed(range(len(tape))):
        parents, slopes = tape[k]
        gradients[list(parents)] += np.array(slopes) * gradients[k]
    return gradients


def replayed_misnumbered(tape):
    gradients = [0.0] * len(tape)
    gradients[0] = 1.0
    for k, (parents, slopes) in enumerate(reversed(tape)):
        for parent, slope in zip(parents, slopes, strict=True):
            gradients[parent] += slope * gradients[k]
    return gradients


REPLAY = Exercise(
    id="10.1",
    title="Replay a tape",
    task="""
    A tape is given as a list. Entry `k` is a pair `(parents, slopes)`: the numbers of the lines that line `k` read, and the slope of line `k` with respect to each of them; for an input both are empty. The tape
    above is `[((), ()), ((), ()), ((0, 1), (3.0, 2.0)), ((0,), (-0.416,)), ((2, 3), (1.0, 1.0))]`. Write `replay(tape)`: the list of the slopes of the *last* line with respect to every line.
    """,
    solution=replay,
    cases=tape_cases,
    difficulty=2,
    points=2,
    hints=(
        "What is the slope of the last line with respect to itself? Which line can hand on its slope first, and why not line 0?",
        "Begin with zeros and a 1 at the end. Go through the lines from the last to the first; each hands slope times its own gradient to each of its parents.",
        "for k in reversed(range(len(tape))): for parent, slope in zip(*tape[k]): gradients[parent] += slope * gradients[k]",
    ),
    mistakes=(
        Mistake("ones everywhere", replayed_from_ones, "Every line begins with a gradient of 1. Only the last does, the slope of the result with respect to itself; the others begin with 0 and collect."),
        Mistake("overwritten", lambda tape: replayed(tape, step=lambda old, slope, g: slope * g), "A line that is read twice keeps only the contribution that came last. Contributions along different paths are added: += instead of =."),
        Mistake("forward", lambda tape: replayed(tape, lines=iter), "Only the last line has handed anything on. Either you went through the tape from the first line to the last, where a line has nothing to hand on yet: it is completed by lines *after* it, so go backward. Or the function returns inside its loop, after one line."),
        Mistake("no seed", lambda tape: replayed(tape, seed=0.0), "Everything is 0, because nothing was put in at the end. The slope of the last line with respect to itself is 1."),
        Mistake("slopes only", lambda tape: replayed(tape, step=lambda old, slope, g: old + slope), "Each line hands on its own slopes, without what it received. Along a path slopes multiply: slope times the line's own gradient."),
        Mistake("first parent only", lambda tape: replayed(tape, edges=1), "Only the first parent of each line gets anything. A line hands a share to every line it has read."),
        Mistake("multiplied", lambda tape: replayed(tape, step=lambda old, slope, g: (old or 1.0) * slope * g), "Where a line is read twice, you multiplied the two contributions. Between paths they are added."),
        Mistake("backward list", lambda tape: replayed(tape)[::-1], "The gradients are right and in the opposite order: entry k of the result belongs to line k."),
        Mistake("nothing handed on", lambda tape: [0.0] * (len(tape) - 1) + [1.0], "Only the last line has a gradient, its own 1. It has to hand slope times 1 to the lines it has read, and they to theirs: gradients[parent] += slope * gradients[k], beginning with the last line, k = len(tape) − 1. (enumerate(reversed(tape)) gives it the number 0.)"),
        Mistake("pairs", replayed_in_pairs, "for parent, slope in tape[k] takes an entry apart wrongly: tape[k] is (parents, slopes), two tuples. Go through both side by side: parents, slopes = tape[k], then zip(parents, slopes)."),
        Mistake("parents at once", replayed_at_once, "Where a line has read the same line twice, as in x·x, only one of the two contributions arrives: += with a list of indices writes each place once. Take the parents one after the other, in a loop."),
        Mistake("misnumbered", replayed_misnumbered, "enumerate(reversed(tape)) counts the reversed list, so the last line gets the number 0. Count the numbers down themselves: for k in reversed(range(len(tape)))."),
        Mistake("inputs only", lambda tape: [g for g, (parents, _) in zip(replay(tape), tape, strict=True) if not parents], "These are the slopes with respect to the inputs alone. Asked for is one for every line of the tape, the last included."),
    ),
)  # fmt: skip


# --- 10.2 ------------------------------------------------------------------------------------------------------------


def topological_order(root):
    """Return the list of all nodes behind root, root included:
    each once, and each after all its parents.
    """
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


def drive_order(topological_order, graph):
    looks = 0  # how often somebody has asked for parents

    class Node:
        def __init__(self, number, parents):
            self.number, self._parents = number, parents

        @property
        def parents(self):
            nonlocal looks
            looks += 1
            if looks > 25_000:
                raise RuntimeError(f"the parents of {len(graph)} nodes were asked for more than 25,000 times")
            return self._parents

    nodes = []
    for number, parents in enumerate(graph):
        nodes.append(Node(number, tuple(nodes[p] for p in parents)))
    found = topological_order(nodes[-1])
    if isinstance(found, (set, frozenset)):
        raise TypeError("a set came, which has no order: return a list")
    return [node.number for node in found]


def order_facts(numbers, graph):
    """(the nodes found, how many stand before a parent of theirs, the last one)."""
    place = {number: k for k, number in enumerate(numbers)}
    early = [k for k in place for p in graph[k] if p in place and place[p] > place[k]]
    return sorted(numbers), len(set(early)), numbers[-1] if numbers else -1


def graph_cases(rng):
    def random_graph(n):
        return [()] + [tuple(int(p) for p in rng.integers(max(0, k - 4), k, 2)) for k in range(1, n)]

    diamonds = [(), (0,), (0,), (1, 2), (3,), (3,), (4, 5)]
    long_and_short = [(), (0,), (1,), (2,), (0, 3), (4, 1), (5, 0)]
    short_first = [(), (0,), (1,), (2,), (3, 0), (0, 4)]
    not_behind = [(), (), (0,), (1,), (2, 0)]
    return [
        (long_and_short,),
        (diamonds,),
        (not_behind,),
        (short_first,),
        ([(), (0, 0)],),
        (random_graph(13),),
        ([()],),
        ([(), (0,)] + [(k - 2, k - 1) for k in range(2, 22)],),  # 22 nodes; along every path, 46,367 visits
    ]


def visited(root, *, before=False, once=True, leaves=True):
    """A depth-first walk that writes a node down before its parents, or more than once, or leaves out the leaves."""
    order, seen = [], set()

    def visit(node):
        if once and node in seen:
            return
        seen.add(node)
        if before:
            order.append(node)
        for parent in node.parents:
            visit(parent)
        if not before and (leaves or node.parents):
            order.append(node)

    visit(root)
    return order


def first_visits(root):
    """A work list in place of recursion: nodes are written down when they are taken out, and the list turned round."""
    order, seen, waiting = [], set(), [root]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            waiting.extend(node.parents)
    return order[::-1]


def written_in_the_loop(root):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
                order.append(node)

    visit(root)
    return order


def along_every_path(root):
    order = []

    def visit(node):
        for parent in node.parents:
            visit(parent)
        if node not in order:
            order.append(node)

    visit(root)
    return order


def by_breadth(root):
    order, waiting = [], [root]
    while waiting:
        node = waiting.pop(0)
        if node not in order:
            order.append(node)
            waiting.extend(node.parents)
    return order[::-1]


def by_counting(root):
    """Kahn's algorithm: a node is ready when everything that reads it has been taken."""
    uses, order = {}, []
    for node in visited(root):
        for parent in node.parents:
            uses[parent] = uses.get(parent, 0) + 1
    ready = [root]
    while ready:
        order.append(ready.pop())
        for parent in order[-1].parents:
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)
    return order[::-1]


def by_peeling(root):
    """Right and slow: again and again the nodes that are left are searched for one that none of them reads."""
    left, order = visited(root), []
    while left:
        node = next(node for node in left if not any(node in other.parents for other in left))
        left.remove(node)
        order.append(node)
    return order[::-1]


ORDER = Exercise(
    id="10.2",
    title="A topological order",
    task="""
    Every node has `parents`, a tuple of the nodes it was computed from (empty for a leaf). Write `topological_order(root)`: a list of all nodes from which `root` was computed, and `root` itself, each exactly once, and each *after*
    all its parents. Several orders are right; any will do.
    """,
    solution=topological_order,
    cases=graph_cases,
    drive=drive_order,
    facts=order_facts,
    outputs=("list of nodes", "number of nodes that stand before one of their parents", "last node"),
    difficulty=3,
    points=3,
    needs=("10.1",),
    hints=(
        "When may a node be written down? What has to be written down first?",
        "A function visit(node): if the node was seen, stop. Otherwise visit all its parents, and *then* write the node down.",
        "seen.add(node); for parent in node.parents: visit(parent); order.append(node). Begin with visit(root).",
    ),
    mistakes=(
        Mistake("before its parents", lambda root: visited(root, before=True), "Each node is written down when it is first met, before its parents. Write it down *after* all its parents have been visited."),
        Mistake("first visit reversed", lambda root: visited(root, before=True)[::-1], "You wrote nodes down when they were first met, and turned the list round. That is no topological order: where a long and a short path lead to the same node, its first visit comes too early. Write a node down after its parents."),
        Mistake("breadth first", by_breadth, "You went from the root outward, nearest first, and turned the list round. A node that is reached by a short path and by a long one is met too early that way. Write a node down only after all its parents."),
        Mistake("twice", lambda root: visited(root, once=False), "Some nodes stand in the list more than once: once for each path that leads to them. Keep a set of those you have seen."),
        Mistake("reversed", lambda root: topological_order(root)[::-1], "This is the opposite order, children before parents. Parents come first, and the root is last. (The backward pass will go through the list from its end.)"),
        Mistake("leaves missing", lambda root: visited(root, leaves=False), "The leaves are missing: nodes without parents. They are the ones whose gradients we want."),
        Mistake("root missing", lambda root: topological_order(root)[:-1], "The root itself is missing. It is the last in the list."),
        Mistake("nothing visited", lambda root: [], "The list is empty: nothing was visited. A function visit inside has to be called as well, once, with the root: visit(root)."),
        Mistake("work list reversed", first_visits, "Each node is written down when it is taken out of the work list, and the list is turned round at the end. Where a long and a short path lead to the same node, it is taken out too early. Write a node down only when all its parents have been."),
        Mistake("written in the loop", written_in_the_loop, "order.append stands inside the loop over the parents: a node is written down once for each parent, and a leaf never. It belongs after the loop."),
        Mistake("along every path", along_every_path, "The order is right. But a node is visited again on every path that leads to it: in a chain of 20 sums, each of the two values before it, that makes tens of thousands of visits for 22 nodes, and with two sums more it is more than twice as many. Keep a set of the nodes you have seen, and turn back at once where a node is in it, before its parents are visited."),
    ),
    alternatives=(by_counting, by_peeling),
)  # fmt: skip


# --- 10.3 ------------------------------------------------------------------------------------------------------------


def backward(order):
    """Add ∂(root)/∂v to v.grad of every leaf v.

    order is a topological order of nodes, the root last.
    A node has parents, slopes (one for each parent) and grad.
    Nodes between the leaves and the root hold the gradient of this call.
    """
    for node in order:
        if node.parents:
            node.grad = 0.0
    order[-1].grad += 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad


def backward_to_mend(order):
    """Add ∂(root)/∂v to v.grad of every leaf v.

    order is a topological order of nodes, the root last.
    A node has parents, slopes (one for each parent) and grad.
    Nodes between the leaves and the root hold the gradient of this call.
    """
    order[-1].grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad


def drive_backward(backward, tape, calls):
    class Node:
        def __init__(self, parents, slopes):
            self.parents, self.slopes, self.grad = parents, slopes, 0.0

    nodes, gradients = [], {}
    for parents, slopes in tape:
        nodes.append(Node(tuple(nodes[p] for p in parents), slopes))
    for call, length in enumerate(calls, 1):
        backward(nodes[:length])  # the root is the last of them
        gradients[f"gradient after call {call}"] = np.array([float(node.grad) for node in nodes[:length]])
    return gradients


def backward_cases(rng):
    tapes = [tape for (tape,) in tape_cases(rng)]
    calls = [(5, 5), (7, 7, 7), (5, 5), (4, 4), (6, 5, 6), (4, 4, 4)]
    return list(zip(tapes, calls, strict=True))


def backward_like(order, *, cleared=lambda node: bool(node.parents), seed=1.0, step=lambda old, new: old + new):
    for node in order:
        if cleared(node):
            node.grad = 0.0
    order[-1].grad = seed
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad = step(parent.grad, slope * node.grad)


def cleared_after(order, root_too=True):
    backward_to_mend(order)
    for node in order if root_too else order[:-1]:
        if node.parents:
            node.grad = 0.0


def cleared_by_place(order):
    for node in order[1:]:
        node.grad = 0.0
    backward_to_mend(order)


def cleared_on_arrival(order):
    order[-1].grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            if parent.parents:
                parent.grad = 0.0
            parent.grad += slope * node.grad


TWICE = Exercise(
    id="10.3",
    title="Find the bug: the second call",
    task="""
    This backward pass is right the first time. The symptom is above: after a second call on the same graph the leaf's gradient is not twice the first one, but four times. *Leaves* are meant to
    collect: two calls, twice the gradient, as when two losses share their weights. Everything else is not: after each call, a node between leaf and root is to hold the gradient of *that call*. Mend it.
    """,
    solution=backward,
    starter=backward_to_mend,
    cases=backward_cases,
    drive=drive_backward,
    difficulty=2,
    points=2,
    needs=("10.1",),
    hints=(
        "Print the gradients of all nodes after the first call. What do the nodes between leaf and root bring into the second call?",
        "They still hold what the first call left there, and the new gradient is added to it, and passed on, and added again one step further. How can you tell a leaf?",
        "At the beginning: for node in order: if node.parents: node.grad = 0.0",
    ),
    mistakes=(
        Mistake("untouched", backward_to_mend, "This is still the code as it was. The nodes between the leaves and the root keep the gradient of the first call, and the second call passes it on once more. Set them to 0 before each call; leave the leaves alone."),
        Mistake("everything cleared", lambda order: backward_like(order, cleared=lambda node: True), "Now the leaves are cleared as well, so the second call forgets the first. Two losses that share a weight could not add their gradients. Clear only nodes that have parents."),
        Mistake("leaves cleared", lambda order: backward_like(order, cleared=lambda node: not node.parents), "You cleared the leaves, and not the rest. It is the other way round: leaves collect, nodes that have parents start from 0."),
        Mistake("overwritten", lambda order: backward_like(order, step=lambda old, new: new), "The sum of contributions has been lost: = instead of +=. Now a value that is used twice gets only one of its contributions, in the very first call."),
        Mistake("seed lost", lambda order: backward_like(order, seed=0.0), "The root's gradient is 0, so nothing flows. After clearing, the root has to be set to 1."),
        Mistake("cleared at the end", cleared_after, "The leaves are right, after every call. But the nodes in between were cleared at the *end*, so nobody can look at their gradients. Clear them at the beginning."),
        Mistake("cleared at the end, but for the root", lambda order: cleared_after(order, root_too=False), "The leaves are right, after every call. But the nodes in between are 0 afterwards, and should hold the gradient of this call. Clear them at the *beginning*, before the root is set to 1."),
        Mistake("halved", lambda order: backward_like(order, cleared=lambda node: False, step=lambda old, new: old / 2 + new), "Halving what is there hides the symptom in one example and is wrong in others. Ask which nodes should hold nothing at the beginning of a call, and set them to 0."),
        Mistake("all but the first", cleared_by_place, "Only the first node of the order is spared. A graph may have several leaves, anywhere in the order: a leaf is a node without parents."),
        Mistake("cleared on arrival", cleared_on_arrival, "A node in between is cleared whenever a share arrives, so one that is read twice keeps only the share that came last. Clear all of them once, before the loop."),
    ),
)  # fmt: skip


# --- 10.4 ------------------------------------------------------------------------------------------------------------


def backward_by_counting(root):
    """Add ∂(root)/∂v to v.grad of every node v behind root; grad is 0 everywhere at the beginning.

    A node has parents, slopes, grad, and uses: how many times it is read.
    It hands on its gradient when as many shares have come.
    """
    root.grad = 1.0
    ready = [root]
    while ready:
        node = ready.pop()
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad
            parent.uses -= 1
            if parent.uses == 0:
                ready.append(parent)


def backward_by_counting_to_mend(root):
    """Add ∂(root)/∂v to v.grad of every node v behind root; grad is 0 everywhere at the beginning.

    A node has parents, slopes, grad, and uses: how many times it is read.
    It hands on its gradient when as many shares have come.
    """

    def hand_on(node):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad
            parent.uses -= 1
            if parent.uses == 0:
                hand_on(parent)

    root.grad = 1.0
    hand_on(root)


def drive_counting(backward_by_counting, tape, links):
    import sys

    class Node:
        def __init__(self, parents, slopes):
            self.parents, self.slopes, self.grad, self.uses = parents, slopes, 0.0, 0
            for parent in parents:
                parent.uses += 1

    nodes = []
    for parents, slopes in tape:
        nodes.append(Node(tuple(nodes[p] for p in parents), slopes))
    for _ in range(links):  # a long chain behind the tape
        nodes.append(Node((nodes[-1],), (-1.0,)))
    before = sys.getrecursionlimit()
    limit = min(before, 3_000)  # somebody may have raised it
    sys.setrecursionlimit(limit)
    try:
        backward_by_counting(nodes[-1])
        if sys.getrecursionlimit() != limit:
            raise RuntimeError("Python's recursion limit was changed")
    finally:
        sys.setrecursionlimit(before)
    return np.array([float(node.grad) for node in nodes[: len(tape) + 3]])


def counting_cases(rng):
    tapes = [tape for (tape,) in tape_cases(rng)]
    tapes = [tape for tape in tapes if len(tape) != 5] + tapes[
        :1
    ]  # without the one with a line that is not behind the root
    return [(tape, links) for tape, links in zip(tapes, (0, 2, 0, 1, 3_501), strict=True)]


def sent_at_once(root, *, count=True, when=0, first=False):
    """The work list without the counting, or with another condition."""
    root.grad = 1.0
    ready, sent = [root], set()
    while ready:
        node = ready.pop(0) if first else ready.pop()
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad
            if count:
                parent.uses -= 1
            if (not count or parent.uses == when) and parent not in sent:
                sent.add(parent)
                ready.append(parent)


def appended_always(root):
    root.grad = 1.0
    ready = [root]
    while ready:
        node = ready.pop()
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad
            ready.append(parent)


def one_after_the_other(root):
    root.grad = 1.0
    node = root
    while node is not None:
        following = None
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad
            parent.uses -= 1
            if parent.uses == 0:
                following = parent
        node = following


def overwritten_by_counting(root):
    root.grad = 1.0
    ready = [root]
    while ready:
        node = ready.pop()
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad = slope * node.grad
            parent.uses -= 1
            if parent.uses == 0:
                ready.append(parent)


def limit_raised(root):
    import sys

    sys.setrecursionlimit(1_000_000)
    backward_by_counting_to_mend(root)


def no_root(root):
    ready = [root]
    while ready:
        node = ready.pop()
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad
            parent.uses -= 1
            if parent.uses == 0:
                ready.append(parent)


def no_loop(root):
    root.grad = 1.0
    for parent, slope in zip(root.parents, root.slopes, strict=True):
        parent.grad += slope * root.grad


DEEP = Exercise(
    id="10.4",
    title="Find the bug: a long chain",
    task="""
    Another way to find the order: every node knows in `uses` how many times it is read, and hands on its gradient as soon as that many shares have arrived. The code below is right, and visits each wire once. But it calls
    itself once for each node of a chain, and Python gives up: `RecursionError`. Mend it, so that a chain of 3,500 nodes goes through. (Raising Python's limit is no cure: the next chain is longer.)
    """,
    solution=backward_by_counting,
    starter=backward_by_counting_to_mend,
    cases=counting_cases,
    drive=drive_counting,
    difficulty=2,
    points=2,
    needs=("10.3",),
    hints=(
        "What does Python remember for you while hand_on waits for hand_on? Could you remember it in a list of your own?",
        "Keep a list of the nodes that are ready. While it is not empty, take one out, hand on its gradient, and put those parents in that have become ready.",
        "ready = [root]; while ready: node = ready.pop(); … and where hand_on(parent) stood: ready.append(parent).",
    ),
    mistakes=(
        Mistake("untouched", backward_by_counting_to_mend, "This is still the code as it was: on a long chain it stops with a RecursionError, since hand_on calls itself once for every node. Keep a list of nodes that are ready, and a while loop."),
        Mistake("limit raised", limit_raised, "You raised Python's recursion limit. The function still calls itself once for every node: the next chain is longer, and each waiting call takes memory. Keep a list of nodes that are ready, and a while loop."),
        Mistake("not counted", lambda root: sent_at_once(root, count=False), "There is no recursion any more, but a node now hands on its gradient when the *first* share arrives. Those that come later are lost further back. Wait until uses has come down to 0."),
        Mistake("one too early", lambda root: sent_at_once(root, when=1), "A node hands on its gradient while one share is still missing, and one that is read once never does. It is ready when uses has come down to 0."),
        Mistake("seed lost", no_root, "Everything is 0: the root's gradient has to be 1 before the loop begins."),
        Mistake("one step", no_loop, "Only the root has handed anything on. For each share that arrives, first count the parent's uses down; where they have come to 0, put the parent into the list of those that are ready; and go on until that list is empty (while, not if)."),
        Mistake("appended always", appended_always, "A parent goes into the list with every share that arrives, and hands on what it has by then: the first share is handed on again with the second. Count its uses down, and put it in only when they have come to 0."),
        Mistake("one after the other", one_after_the_other, "A single variable takes the place of the recursion, so where two parents are ready, one is forgotten. Keep all that are ready in a list."),
        Mistake("overwritten", overwritten_by_counting, "A node that is read twice keeps only the share that came last. Shares are added: += instead of =."),
    ),
    alternatives=(lambda root: sent_at_once(root, first=True),),
)  # fmt: skip


# --- 10.5 … 10.11: the rules ------------------------------------------------------------------------------------------


def rule(forward, *pulls):
    """A wrong rule: the value forward(*arguments), and one gradient pull(dz, *arguments) each."""

    def wrong(*arguments):
        def pullback(dz):
            gradients = tuple(pull(dz, *arguments) for pull in pulls)
            return gradients if len(pulls) > 1 else gradients[0]

        return forward(*arguments), pullback

    return wrong


def add(x, y):
    """z = x + y for two arrays of one shape. Returns z and its pullback."""

    def add_pullback(dz):
        ### BEGIN SOLUTION
        return dz, dz
        ### END SOLUTION

    return x + y, add_pullback


def drive_pair(rule, x, y, dz):
    z, pullback = rule(x, y)[:2]
    rule(2 * y, x)  # used once more before it goes back, as in a network
    dx, dy = pullback(dz)
    return z, dx, dy


def pair_cases(rng):
    return [tuple(rng.normal(0, 1.5, (3, *shape))) for shape in ((7, 5), (3, 3), (11,), (1, 5), (5, 1), (3, 7, 5))]


def plus(*pulls):
    return rule(lambda x, y: x + y, *pulls)


ADD = Exercise(
    id="10.5",
    title="The rule of a sum",
    task="""
    The first rule of your engine. `add(x, y)` takes two arrays of the same shape and returns two things: their sum, and its **pullback**, a function that takes `dz` $=\\partial L/\\partial z$ and returns the tuple
    `(dx, dy)` of $\\partial L/\\partial x$ and $\\partial L/\\partial y$. Fill in the pullback.
    """,
    solution=add,
    reference=lambda x, y: rules.add(x, y),
    cases=pair_cases,
    drive=drive_pair,
    outputs=("z", "dx", "dy"),
    hints=("Nudge x by a little. By how much does z move?", "By as much. So what is the slope of L with respect to x, given that with respect to z?", "return dz, dz"),
    mistakes=(
        Mistake("ones", plus(lambda dz, x, y: np.ones_like(dz), lambda dz, x, y: np.ones_like(dz)), "∂z/∂x is 1, but what is asked for is ∂L/∂x: 1 times what comes back, dz."),
        Mistake("one and one", plus(lambda dz, x, y: 1.0, lambda dz, x, y: 1.0), "∂z/∂x is 1, but what is asked for is ∂L/∂x: 1 times what comes back, dz, an array."),
        Mistake("a product's", plus(lambda dz, x, y: dz * y, lambda dz, x, y: dz * x), "These are the slopes of a product. In a sum, nudging x moves z by as much as x, whatever y is."),
        Mistake("times itself", plus(lambda dz, x, y: dz * x, lambda dz, x, y: dz * y), "You multiplied by the values themselves. Nudging x moves z by as much as x, however large x is: the slope is 1."),
        Mistake("shared out", plus(lambda dz, x, y: dz / 2, lambda dz, x, y: dz / 2), "You shared dz between the two. A sum does not split what comes back: nudging either of them alone moves z by the whole nudge."),
        Mistake("a difference's", plus(lambda dz, x, y: dz, lambda dz, x, y: -dz), "The minus belongs to a difference, x − y. In a sum both slopes are +1."),
        Mistake("one gradient", rule(lambda x, y: x + y, lambda dz, x, y: dz), "The pullback returns one array. There are two inputs, so it returns a tuple of two: (dx, dy)."),
        Mistake("value only", lambda x, y: x + y, "Only the sum is returned. A rule returns two things: the value, and the pullback as a *function* (without calling it)."),
    ),
)  # fmt: skip


def mul(x, y):
    """z = x * y, entry by entry, for two arrays of one shape. Returns z and its pullback."""

    def mul_pullback(dz):
        ### BEGIN SOLUTION
        return dz * y, dz * x
        ### END SOLUTION

    return x * y, mul_pullback


def times(*pulls):
    return rule(lambda x, y: x * y, *pulls)


MUL = Exercise(
    id="10.6",
    title="The rule of a product",
    task="""
    Fill in the pullback of `mul(x, y)`, the product entry by entry of two arrays of the same shape: given `dz`, it returns the tuple `(dx, dy)`.
    """,
    solution=mul,
    reference=lambda x, y: rules.mul(x, y),
    cases=pair_cases,
    drive=drive_pair,
    outputs=("z", "dx", "dy"),
    hints=("If y is 3, by how much does x·y move when x moves by 0.01?", "The slope with respect to one factor is the other factor.", "return dz * y, dz * x"),
    mistakes=(
        Mistake("not a function", lambda x, y: (x * y, (y, x)), "The second result has to be a *function* of dz, that returns (dz * y, dz * x). You returned the slopes themselves."),
        Mistake("no return", rule(lambda x, y: x * y, lambda dz, x, y: None), "The pullback returns nothing (None). Is a return missing in it?"),
        Mistake("exchanged", times(lambda dz, x, y: dz * x, lambda dz, x, y: dz * y), "dx and dy are exchanged. Nudging x moves the product by the *other* factor: dx = dz·y."),
        Mistake("dz missing", times(lambda dz, x, y: y.copy(), lambda dz, x, y: x.copy()), "These are the product's own slopes, y and x. What comes back from the right is missing: multiply by dz."),
        Mistake("a sum's", times(lambda dz, x, y: dz, lambda dz, x, y: dz), "This is the pullback of a sum. In a product each slope is the other factor."),
        Mistake("times the product", times(lambda dz, x, y: dz * x * y, lambda dz, x, y: dz * x * y), "Both are multiplied by x and by y. Only the *other* factor is the slope. (dx = dz and then dx *= y writes into dz itself: both names stand for one array. dx = dz * y makes a new one.)"),
        Mistake("dy lost", times(lambda dz, x, y: dz * y, lambda dz, x, y: np.zeros_like(dz)), "dx is right. y is an input too: dy = dz·x."),
        Mistake("one gradient", times(lambda dz, x, y: dz * (x + y)), "The pullback returns one array. There are two inputs, so it returns a tuple of two: (dx, dy)."),
        Mistake("matrix product", times(lambda dz, x, y: dz @ y.T, lambda dz, x, y: x.T @ dz), "This is the pullback of a *matrix* product. Here z is x·y entry by entry, so is its pullback: *, and no transposes."),
    ),
)  # fmt: skip


def broadcast_to(x, shape):
    """z = x copied to a larger shape, as NumPy's broadcasting does. Returns z and its pullback."""

    def broadcast_to_pullback(dz):
        ### BEGIN SOLUTION
        dx = dz.sum(axis=tuple(range(dz.ndim - x.ndim)))
        stretched = tuple(i for i, n in enumerate(x.shape) if n == 1)
        return dx.sum(axis=stretched, keepdims=True)
        ### END SOLUTION

    return np.broadcast_to(x, shape), broadcast_to_pullback


def drive_broadcast(broadcast_to, x, shape, dz):
    z, pullback = broadcast_to(x, shape)
    broadcast_to(np.ones((2, 1)), (2, 3))  # used once more before it goes back
    return z, pullback(dz)


def broadcast_cases(rng):
    pairs = (
        ((5,), (7, 5)), ((7, 1), (7, 5)), ((1, 5), (3, 7, 5)), ((7, 1), (3, 7, 5)), ((5,), (5, 5)), ((1, 5), (7, 5)),
        ((5, 3), (5, 3)), ((), (3, 2)), ((1, 7, 1), (3, 7, 5)),
    )  # fmt: skip
    return [(rng.normal(0, 1, small), big, rng.normal(0.3, 1, big)) for small, big in pairs]


def spread(pull):
    return rule(lambda x, shape: np.broadcast_to(x, shape), pull)


def _leading(dz, x, shape):
    return dz.sum(axis=tuple(range(dz.ndim - x.ndim)))


def _stretched(x):
    return tuple(i for i, n in enumerate(x.shape) if n == 1)


def _right(dz, x, shape):
    return _leading(dz, x, shape).sum(axis=_stretched(x), keepdims=True)


def _only_stretched(dz, x, shape):
    added = dz.ndim - x.ndim
    return dz.sum(axis=tuple(added + i for i in _stretched(x)), keepdims=True)


def _first_stretched(dz, x, shape):
    dz = _leading(dz, x, shape)
    return dz.sum(axis=_stretched(x)[:1], keepdims=True)


def _one_by_one(dz, x):
    dz = dz.sum(axis=tuple(range(dz.ndim - x.ndim)))
    for i in _stretched(x):
        dz = dz.sum(axis=i)
    return dz.reshape(x.shape)


def _compared_from_the_left(dz, x, shape):
    differ = tuple(i for i, (a, b) in enumerate(zip(x.shape, dz.shape)) if a != b)  # noqa: B905
    return dz.sum(axis=differ, keepdims=True)


def _kept_in_front(dz, x, shape):
    dz = dz.sum(axis=tuple(range(dz.ndim - x.ndim)), keepdims=True)
    return dz.sum(axis=_stretched(x), keepdims=True)


def _first_copy(dz, x, shape):
    dz = dz[(0,) * (dz.ndim - x.ndim)]
    return dz[tuple(slice(0, 1) if n == 1 else slice(None) for n in x.shape)]


BROADCAST = Exercise(
    id="10.7",
    title="The rule of a broadcast",
    task="""
    In your engine `X + b` will be two operations: copy `b` to the shape of `X`, then add two arrays of one shape. Fill in the pullback of `broadcast_to(x, shape)`: `dz` has the shape `shape`, and what is returned
    has the shape of `x`. (If you solved exercise 8.2, this is its home: you may call your `unbroadcast`, if you paste it into the cell.)
    """,
    solution=broadcast_to,
    reference=lambda x, shape: rules.broadcast_to(x, shape),
    cases=broadcast_cases,
    drive=drive_broadcast,
    outputs=("z", "dx"),
    difficulty=2,
    points=2,
    needs=("10.5",),
    hints=(
        "One number of x has become several numbers of z. How do their slopes make up its slope?",
        "Sum over the axes that are new (dz.ndim − x.ndim of them, in front), and over those where x has length 1; the latter have to stay, with length 1.",
        "dx = dz.sum(axis=tuple(range(dz.ndim - x.ndim))), then sum over the axes where x.shape[i] == 1 with keepdims=True.",
    ),
    mistakes=(
        Mistake("unchanged", spread(lambda dz, x, shape: dz.copy()), "You returned dz as it came, in the large shape. A gradient has the shape of what it belongs to: x was copied, so the slopes of the copies are added."),
        Mistake("new axes only", spread(_leading), "The new axes in front are summed, the stretched ones are not: where x has length 1, one number was copied along the whole axis."),
        Mistake("stretched axes only", spread(_only_stretched), "The stretched axes are summed, the new axes in front are not. An array of shape (5,) that was copied to (7, 5) was used seven times."),
        Mistake("axes lost", spread(lambda dz, x, shape: _leading(dz, x, shape).sum(axis=_stretched(x))), "The right axes are summed, but one of length 1 is gone: (7, 1) became (7,). Use keepdims=True there, or reshape to x.shape."),
        Mistake("mean", spread(lambda dz, x, shape: _right(dz, x, shape) * (x.size / dz.size)), "You averaged over the copies. Each copy moves the loss for itself, and the effects add up."),
        Mistake("one copy", spread(_first_copy), "Only the first copy's slope came back. All copies are the same number of x, so all their slopes are added."),
        Mistake("in a tuple", spread(lambda dz, x, shape: (_right(dz, x, shape),)), "The number is right, but it comes in a tuple of one. A pullback with a single gradient returns the array itself, without the comma."),
        Mistake("first stretched axis", spread(_first_stretched), "Only the first axis of length 1 is summed. x may have several, as (1, 7, 1) has: sum over all of them."),
        Mistake("stretched axes, one lost each time", spread(lambda dz, x, shape: _one_by_one(dz, x)), "Summing without keepdims=True takes an axis away, and the axes behind it move forward: the next number then means another axis. Keep them, or sum over all in one call."),
        Mistake("axis 0", spread(lambda dz, x, shape: dz.sum(axis=0)), "You sum over axis 0, whatever was copied. That is right for a bias, (5,) copied to (7, 5). Sum over the axes that are new, and over those where x has length 1."),
        Mistake("compared from the left", spread(_compared_from_the_left), "You compared the two shapes from the left. Broadcasting lines them up from the *right*: of (5,) and (7, 5) the 5s belong together. First sum over the dz.ndim − x.ndim new axes in front; then the axes correspond."),
        Mistake("compared from the left, reshaped", spread(lambda dz, x, shape: _compared_from_the_left(dz, x, shape).reshape(x.shape)), "You compared the two shapes from the left. Broadcasting lines them up from the *right*: of (5,) and (7, 5) the 5s belong together. First sum over the dz.ndim − x.ndim new axes in front; then the axes correspond."),
        Mistake("kept in front", spread(_kept_in_front), "The new axes in front are summed and kept with length 1: (5,) became (1, 5), and then the axes no longer correspond to those of x. They have to go: no keepdims there."),
        Mistake("with None", spread(lambda dz, x, shape: (_right(dz, x, shape), None)), "The gradient is right, but it comes in a tuple with a second entry for `shape`. In this engine a pullback answers only for arrays: with one of them it returns the array itself."),
        Mistake("everything summed", spread(lambda dz, x, shape: np.full(x.shape, dz.sum())), "Everything is summed into one number. Sum only over axes that the copying made."),
    ),
    alternatives=(rule(lambda x, shape: np.broadcast_to(x, shape), lambda dz, x, shape: dz.sum(axis=(*range(dz.ndim - x.ndim), *(dz.ndim - x.ndim + i for i in _stretched(x)))).reshape(x.shape)),),
)  # fmt: skip


def matmul(A, B):
    """C = A @ B for A (N, k) and B (k, m). Returns C (N, m) and its pullback."""

    def matmul_pullback(dC):
        ### BEGIN SOLUTION
        return dC @ B.T, A.T @ dC
        ### END SOLUTION

    return A @ B, matmul_pullback


def drive_matmul(matmul, A, B, dC):
    C, pullback = matmul(A, B)
    matmul(2 * A, 3 * B)  # used once more before it goes back
    dA, dB = pullback(dC)
    return C, dA, dB


def matmul_cases(rng):
    sizes = ((7, 5, 3), (3, 3, 3), (5, 3, 11), (1, 5, 3), (3, 1, 7), (5, 5, 5))
    return [(rng.normal(size=(N, k)), rng.normal(size=(k, m)), rng.normal(size=(N, m))) for N, k, m in sizes]


def product(*pulls):
    return rule(lambda A, B: A @ B, *pulls)


MATMUL = Exercise(
    id="10.8",
    title="The rule of a matrix product",
    task="""
    Fill in the pullback of `matmul(A, B)`, the matrix product of `A` $(N, k)$ and `B` $(k, m)$: given `dC` $(N, m)$, it returns `(dA, dB)` in the shapes of `A` and `B`. Do not choose by shapes alone: the
    checks contain square matrices.
    """,
    solution=matmul,
    reference=lambda A, B: rules.matmul(A, B),
    cases=matmul_cases,
    drive=drive_matmul,
    outputs=("C", "dA", "dB"),
    difficulty=2,
    points=2,
    needs=("10.6",),
    hints=(
        "C[i, j] = Σ_l A[i, l]·B[l, j]. Which entries of C does A[i, l] reach, and through which factors?",
        "A[i, l] reaches the row C[i, :], through B[l, :]. So dA[i, l] = Σ_j dC[i, j]·B[l, j]: which product is that?",
        "return dC @ B.T, A.T @ dC",
    ),
    mistakes=(
        Mistake("no transposes", product(lambda dC, A, B: dC @ B, lambda dC, A, B: A @ dC), "The transposes are missing. Forward, the sum runs over the inner index; backward it runs over the outer ones: dC @ B.T and A.T @ dC. (With square matrices the other runs too, and is wrong.)"),
        Mistake("exchanged", product(lambda dC, A, B: A.T @ dC, lambda dC, A, B: dC @ B.T), "dA and dB are exchanged: the gradient of A contains B, and that of B contains A."),
        Mistake("results transposed", product(lambda dC, A, B: B @ dC.T, lambda dC, A, B: dC.T @ A), "Both results are transposed: dA has to have the shape of A, entry by entry. dC @ B.T."),
        Mistake("dC missing", product(lambda dC, A, B: np.ones_like(dC) @ B.T, lambda dC, A, B: A.T @ np.ones_like(dC)), "dC does not occur: this is the pullback for a dC of ones."),
        Mistake("factors alone", product(lambda dC, A, B: B.T.copy(), lambda dC, A, B: A.T.copy()), "These are the two factors alone. What comes back from the right is missing: dC @ B.T and A.T @ dC."),
        Mistake("mean over rows", product(lambda dC, A, B: dC @ B.T, lambda dC, A, B: A.T @ dC / len(A)), "dB is divided by the number of rows. B is used for every row, and the contributions are added; a 1/N belongs into the loss, and comes with dC."),
        Mistake("dA lost", product(lambda dC, A, B: np.zeros_like(A), lambda dC, A, B: A.T @ dC), "dB is right. dA is zero: without it nothing gets back to the layers before."),
        Mistake("dB by position", product(lambda dC, A, B: dC @ B.T, lambda dC, A, B: (dC.T @ A)), "dB is transposed. It is A.T @ dC, of shape (k, m) like B."),
    ),
    alternatives=(product(lambda dC, A, B: (B @ dC.T).T, lambda dC, A, B: np.einsum("nk,nm->km", A, dC)),),
)  # fmt: skip


def sum_(x, axis=None, keepdims=False):
    """z = Σ x over one axis, or over all entries (axis None). Returns z and its pullback."""

    def sum_pullback(dz):
        ### BEGIN SOLUTION
        if axis is not None and not keepdims:
            dz = np.expand_dims(dz, axis)
        return np.broadcast_to(dz, x.shape)
        ### END SOLUTION

    return x.sum(axis=axis, keepdims=keepdims), sum_pullback


def drive_sum(sum_, x, axis, keepdims, dz):
    z, pullback = sum_(x, axis, keepdims)
    sum_(np.ones((2, 3)), 0, True)  # used once more before it goes back
    return z, pullback(dz)


def sum_cases(rng):
    def case(shape, axis, keepdims):
        x = rng.normal(size=shape)
        return x, axis, keepdims, rng.normal(0.5, 1, x.sum(axis=axis, keepdims=keepdims).shape)

    return [
        case((7, 5), 1, False), case((7, 5), 0, False), case((5, 5), 1, False), case((3, 7, 5), 1, False), case((7, 5), 1, True),
        case((7, 5), None, False), case((3, 5), -1, False), case((11,), 0, False), case((5, 3), None, True),
    ]  # fmt: skip


def summed(pull):
    def wrong(x, axis=None, keepdims=False):
        def pullback(dz):
            return pull(dz, x, axis, keepdims)

        return x.sum(axis=axis, keepdims=keepdims), pullback

    return wrong


def _copied(dz, x, axis, keepdims):
    return sum_(x, axis, keepdims)[1](dz)


SUM = Exercise(
    id="10.9",
    title="The rule of a sum over an axis",
    task="""
    Fill in the pullback of `sum_(x, axis, keepdims)`: `dz` has the shape of the sum, and what is returned has the shape of `x`. `axis` is a number (it may be negative) or `None` for all axes; with `keepdims` the summed
    axis stays, with length 1.
    """,
    solution=sum_,
    reference=lambda x, axis, keepdims: rules.sum_(x, axis=axis, keepdims=keepdims),
    cases=sum_cases,
    drive=drive_sum,
    outputs=("z", "dx"),
    difficulty=2,
    points=2,
    needs=("10.7",),
    hints=(
        "The transpose of a copy is a sum. What is the transpose of a sum?",
        "Every entry that went into a sum gets the slope of that sum: dz, copied along the axis that was summed. Put that axis back first, where it is gone.",
        "np.broadcast_to(np.expand_dims(dz, axis), x.shape) when the axis is gone; without expand_dims when it was kept, or when axis is None.",
    ),
    mistakes=(
        Mistake("not copied", summed(lambda dz, x, axis, keepdims: np.asarray(dz).copy()), "You returned dz in the shape of the sum. Every entry of x went into a sum, so every entry gets a slope: copy dz along the axis that was summed."),
        Mistake("axis not restored", summed(lambda dz, x, axis, keepdims: np.broadcast_to(dz, x.shape)), "dz was copied without putting back the axis that the sum removed. That fails for most shapes, and for a square x it copies along the wrong axis without a word: np.expand_dims(dz, axis) first."),
        Mistake("a mean's", summed(lambda dz, x, axis, keepdims: _copied(dz, x, axis, keepdims) / (x.size if axis is None else x.shape[axis])), "You divided by the number of entries: that is the pullback of a mean. Nudging an entry moves the sum by as much."),
        Mistake("ones", summed(lambda dz, x, axis, keepdims: np.ones_like(x)), "The slope of the sum is 1 for each entry, but dz has to come with it: dz, copied."),
        Mistake("times x", summed(lambda dz, x, axis, keepdims: _copied(dz, x, axis, keepdims) * x), "You multiplied by x. Nudging an entry moves the sum by as much, however large the entry is."),
        Mistake("always restored", summed(lambda dz, x, axis, keepdims: np.broadcast_to(dz if axis is None else np.expand_dims(dz, axis), x.shape)), "With keepdims the axis is still there, with length 1, and you put in another. Restore it only when it is gone."),
        Mistake("in a tuple", summed(lambda dz, x, axis, keepdims: (_copied(dz, x, axis, keepdims),)), "The number is right, but it comes in a tuple of one. A pullback with a single gradient returns the array itself, without the comma."),
        Mistake("always restored, also with None", summed(lambda dz, x, axis, keepdims: np.broadcast_to(np.expand_dims(dz, axis), x.shape)), "The axis is put back in any case. With keepdims it is still there, with length 1; and with axis=None there is none to put back: dz is one number (or keeps all its axes)."),
        Mistake("None not minded", summed(lambda dz, x, axis, keepdims: np.broadcast_to(dz if keepdims else np.expand_dims(dz, axis), x.shape)), "axis=None is missing: then everything was summed into one number, there is no single axis to put back, and np.expand_dims(dz, None) stops. Put an axis back only if axis is not None."),
        Mistake("restored, not copied", summed(lambda dz, x, axis, keepdims: np.asarray(dz if axis is None or keepdims else np.expand_dims(dz, axis)).copy()), "The axis is back, with length 1. dx has to have the shape of x: copy along it, np.broadcast_to(…, x.shape)."),
        Mistake("always a column", summed(lambda dz, x, axis, keepdims: dz[:, None] * np.ones_like(x)), "dz[:, None] puts the axis back at place 1, whatever `axis` is. That is right for axis=1 alone. np.expand_dims(dz, axis) puts it where it was, when it is gone."),
        Mistake("always a column, broadcast", summed(lambda dz, x, axis, keepdims: np.broadcast_to(dz[:, None], x.shape)), "dz[:, None] puts the axis back at place 1, whatever `axis` is. That is right for axis=1 alone. np.expand_dims(dz, axis) puts it where it was, when it is gone."),
        Mistake("always last", summed(lambda dz, x, axis, keepdims: np.broadcast_to(dz if axis is None or keepdims else dz[..., None], x.shape)), "The axis is put back at the end, whatever `axis` is. np.expand_dims(dz, axis) puts it where it was."),
        Mistake("summed again", summed(lambda dz, x, axis, keepdims: np.full(x.shape, np.sum(dz))), "Every entry gets the sum of all slopes. An entry went into *one* sum, and gets that one's slope."),
    ),
    alternatives=(summed(lambda dz, x, axis, keepdims: np.ones_like(x) * (dz if axis is None or keepdims else np.expand_dims(dz, axis))),),
)  # fmt: skip


def exp(x):
    """z = eˣ, entry by entry. Returns z and its pullback."""
    ### BEGIN SOLUTION
    z = np.exp(x)

    def exp_pullback(dz):
        return dz * z

    return z, exp_pullback
    ### END SOLUTION


def drive_single(rule, x, dz):
    z, pullback = rule(x)
    rule(2 * x)  # used once more before it goes back
    return z, pullback(dz)


def exp_cases(rng):
    return [(rng.normal(0, 1.5, shape), rng.normal(0, 1.5, shape)) for shape in ((7, 5), (3, 3), (11,), (1, 5))]


def exponential(pull):
    return rule(np.exp, pull)


def exponential_kept_in_one_place(x):
    global last_exponential
    last_exponential = np.exp(x)
    return last_exponential, lambda dz: dz * last_exponential


EXP = Exercise(
    id="10.10",
    title="The rule of the exponential",
    task="""
    Write the whole rule: `exp(x)` returns $z = e^x$, entry by entry, and a pullback that takes `dz` and returns `dx` (one array, not a tuple: there is one input). Compute the exponential once, and keep it.
    """,
    solution=exp,
    reference=lambda x: rules.exp(x),
    cases=exp_cases,
    drive=drive_single,
    outputs=("z", "dx"),
    needs=("10.6",),
    hints=("Which function is its own slope?", "The slope is z itself, which you have computed.", "dz * z"),
    mistakes=(
        Mistake("not a function", lambda x: (np.exp(x), np.exp(x)), "The second result has to be a *function* of dz. You returned the slope itself: write an inner function that returns dz * z, and return that function without calling it."),
        Mistake("value only", np.exp, "Only the value is returned. A rule returns two things: the value, and the pullback as a *function* (without calling it)."),
        Mistake("in a tuple", exponential(lambda dz, x: (dz * np.exp(x),)), "The number is right, but it comes in a tuple of one. A pullback with a single gradient returns the array itself: return dz * z, without the comma."),
        Mistake("the input", exponential(lambda dz, x: dz * x), "You multiplied by x. The slope of eˣ is eˣ, the value: dz·z."),
        Mistake("dz missing", exponential(lambda dz, x: np.exp(x)), "This is the slope alone. What comes back is missing: dz·z."),
        Mistake("passed on", exponential(lambda dz, x: dz.copy()), "You passed dz on unchanged. The slope of eˣ is eˣ."),
        Mistake("a power's", exponential(lambda dz, x: dz * x * np.exp(x - 1)), "x·e^(x−1) is the rule of a power, where the *base* varies. Here the exponent varies: the slope is eˣ."),
        Mistake("a logarithm's", exponential(lambda dz, x: dz / x), "dz / x is the pullback of the logarithm."),
        Mistake("exponential of dz", exponential(lambda dz, x: np.exp(dz)), "You took the exponential of what came back. A pullback is linear in dz: dz times the slope, z."),
        Mistake("kept in one place", exponential_kept_in_one_place, "The first use is forgotten at the second: z is kept in a global variable (or an attribute), and there is only one of those. In a network exp is used many times before the first pullback is called. Keep z as a variable of exp itself: the inner function remembers the one it was made with."),
        Mistake("twice", exponential(lambda dz, x: dz * np.exp(np.exp(x))), "You took the exponential of z, which is eˣ already. The slope is z itself."),
    ),
    alternatives=(exponential(lambda dz, x: np.exp(x) * dz),),
)  # fmt: skip


def log(x):
    """z = ln x for positive x, entry by entry. Returns z and its pullback."""

    ### BEGIN SOLUTION
    def log_pullback(dz):
        return dz / x

    return np.log(x), log_pullback
    ### END SOLUTION


def log_cases(rng):
    cases = [(rng.uniform(0.2, 4, shape), rng.normal(0, 1.5, shape)) for shape in ((7, 5), (3, 3), (11,), (1, 5))]
    return [*cases, (rng.uniform(1e-4, 1e-3, (3, 2)), rng.normal(0, 1.5, (3, 2)))]  # where an ε added to x shows


def logarithm(pull):
    return rule(np.log, pull)


LOG = Exercise(
    id="10.11",
    title="The rule of the logarithm",
    task="""
    Write the whole rule: `log(x)` returns $z = \\ln x$, entry by entry, and a pullback that takes `dz` and returns `dx`.
    """,
    solution=log,
    reference=lambda x: rules.log(x),
    cases=log_cases,
    drive=drive_single,
    outputs=("z", "dx"),
    needs=("10.6",),
    hints=("By how much does ln x move, at x = 100, when x moves by 1?", "The slope of ln x is 1/x.", "dz / x"),
    mistakes=(
        Mistake("value only", np.log, "Only the value is returned. A rule returns two things: the value, and the pullback as a *function* (without calling it)."),
        Mistake("not a function", lambda x: (np.log(x), 1 / x), "The second result has to be a *function* of dz. You returned the slope itself: write an inner function that returns dz / x, and return that function without calling it."),
        Mistake("in a tuple", logarithm(lambda dz, x: (dz / x,)), "The number is right, but it comes in a tuple of one. A pullback with a single gradient returns the array itself, without the comma."),
        Mistake("multiplied", logarithm(lambda dz, x: dz * x), "You multiplied by x. The logarithm gets flatter as x grows: divide by x."),
        Mistake("dz missing", logarithm(lambda dz, x: 1 / x), "This is the slope alone, 1/x. What comes back is missing: dz / x."),
        Mistake("divided by the value", logarithm(lambda dz, x: dz / np.log(x)), "You divided by z, the logarithm. The slope is 1/x, from the input. (exp keeps its output, log its input.)"),
        Mistake("passed on", logarithm(lambda dz, x: dz.copy()), "You passed dz on unchanged. The slope of ln x is 1/x."),
        Mistake("an exponential's", logarithm(lambda dz, x: dz * np.exp(x)), "dz·eˣ is the pullback of the exponential."),
        Mistake("second derivative", logarithm(lambda dz, x: -dz / x**2), "−1/x² is the slope of 1/x. That of ln x is 1/x."),
        Mistake("a little added", rule(lambda x: np.log(x + 1e-8), lambda dz, x: dz / (x + 1e-8)), "You added a small number to x. Where x itself is small, value and slope are then those of another number. The rule is for positive x, as it is; whoever needs the guard puts it into the network, where it can be seen."),
        Mistake("a little added, in the slope", logarithm(lambda dz, x: dz / (x + 1e-8)), "You added a small number to x in the pullback. Where x itself is small, the slope is then wrong. x is positive: dz / x."),
        Mistake("base ten", logarithm(lambda dz, x: dz / (x * np.log(10))), "1/(x ln 10) is the slope of the logarithm to base ten. np.log is the natural one, with slope 1/x."),
    ),
)  # fmt: skip


def take(x, ids):
    """z = x[ids], rows of x (V, D) picked by the integers ids, of any shape.
    Returns z (*ids.shape, D) and its pullback.
    """

    def take_pullback(dz):
        ### BEGIN SOLUTION
        dx = np.zeros_like(x)
        np.add.at(dx, ids, dz)
        return dx
        ### END SOLUTION

    return x[ids], take_pullback


def drive_take(take, x, ids, dz):
    z, pullback = take(x, ids)
    take(2 * x, ids[:1])  # used once more before it goes back
    return z, pullback(dz)


def take_cases(rng):
    def case(V, D, shape):
        ids = rng.integers(0, V - 1, shape)  # the last row is never taken
        ids.flat[-1] = ids.flat[0]  # and one at least twice
        return rng.normal(size=(V, D)), ids, rng.normal(0.5, 1, (*shape, D))

    return [case(7, 5, (11,)), case(5, 3, (3, 2)), case(5, 5, (5,)), case(11, 3, (7,)), case(3, 2, (2, 5))]


def taken(pull):
    return rule(lambda x, ids: x[ids], pull)


def _repeats_lost(dz, x, ids):
    dx = np.zeros_like(x)
    dx[ids] += dz
    return dx


def _first_kept(dz, x, ids):
    dx = np.zeros_like(x)
    flat, rows = ids.ravel(), dz.reshape(-1, x.shape[1])
    first = np.unique(flat, return_index=True)[1]
    dx[flat[first]] = rows[first]
    return dx


def _mean_of_repeats(dz, x, ids):
    counts = np.bincount(ids.ravel(), minlength=len(x))
    return take(x, ids)[1](dz) / np.maximum(counts, 1)[:, None]


def _along_the_first_axis(dz, x, ids):
    dx = np.zeros_like(x)
    for k, i in enumerate(ids):
        dx[i] += dz[k]
    return dx


def _like_dz(dz, x, ids):
    dx = np.zeros_like(dz)
    np.add.at(dx, ids, dz)
    return dx


def _by_one_hot(dz, x, ids):
    return np.eye(len(x))[ids.ravel()].T @ dz.reshape(-1, x.shape[1])


def _by_loop(dz, x, ids):
    dx = np.zeros_like(x)
    for i, row in zip(ids.ravel(), dz.reshape(-1, x.shape[1]), strict=True):
        dx[i] += row
    return dx


TAKE = Exercise(
    id="10.12",
    title="The rule of a lookup",
    task="""
    `take(x, ids)` picks rows of `x` $(V, D)$ by number: `x[ids]`, where `ids` is an array of integers of any shape, in which numbers may occur *several times*. Fill in the pullback: `dz` has the shape of
    `x[ids]`, and what is returned has the shape of `x`. (The integers have no slope.)
    """,
    solution=take,
    reference=lambda x, ids: rules.index(x, ids),
    cases=take_cases,
    drive=drive_take,
    outputs=("z", "dx"),
    difficulty=2,
    points=2,
    hints=(
        "Row 3 was taken twice. What is its slope? And that of a row that nobody took?",
        "Begin with zeros in the shape of x, and add each row of dz where it came from. Careful: dx[ids] += dz adds only once to a row that occurs twice.",
        "np.add.at(dx, ids, dz)",
    ),
    mistakes=(
        Mistake("repeats lost", taken(_repeats_lost), "A row that was taken twice gets only one of its two slopes. dx[ids] += dz reads each row once and writes it once, however often it occurs (and dx[ids] = dz keeps the last). Use np.add.at(dx, ids, dz), or a loop."),
        Mistake("first one kept", taken(_first_kept), "A row that was taken twice keeps the slope of its first use only. A value used twice has its gradients added."),
        Mistake("in a tuple", taken(lambda dz, x, ids: (_by_loop(dz, x, ids),)), "The number is right, but it comes in a tuple of one. A pullback with a single gradient returns the array itself, without the comma."),
        Mistake("mean of repeats", taken(_mean_of_repeats), "You averaged over the uses of a row. They are added."),
        Mistake("taken again", taken(lambda dz, x, ids: dz[ids % len(dz)]), "You picked rows *out of dz*. Going back it is the other way round: each row of dz is put where it came from, and added there."),
        Mistake("rows of dz", taken(lambda dz, x, ids: dz[ids]), "You picked rows *out of dz*. Going back it is the other way round: each row of dz is put where it came from, and added there."),
        Mistake("along the first axis", taken(_along_the_first_axis), "Your loop goes along the first axis of ids. Where ids has two, each round adds a whole row of places at once, and a place that occurs twice in it gets only one of its slopes. Flatten both first, ids.ravel() and dz.reshape(-1, x.shape[1]), or use np.add.at(dx, ids, dz)."),
        Mistake("zeros like dz", taken(_like_dz), "You began with zeros in the shape of dz. A gradient has the shape of its array: np.zeros_like(x), with a row for every row of x."),
        Mistake("rows counted in ids", taken(lambda dz, x, ids: np.eye(ids.max() + 1)[ids.ravel()].T @ dz.reshape(-1, x.shape[1])), "The number of rows was read off ids. A row that nobody took has its place as well, and the gradient 0: len(x) rows."),
        Mistake("rows counted in ids, by unique", taken(lambda dz, x, ids: np.eye(len(np.unique(ids)))[ids.ravel()].T @ dz.reshape(-1, x.shape[1])), "The number of rows was read off ids. A row that nobody took has its place as well, and the gradient 0: len(x) rows."),
        Mistake("with None", taken(lambda dz, x, ids: (_by_loop(dz, x, ids), None)), "The gradient is right, but it comes in a tuple with a second entry for `ids`. In this engine a pullback answers only for arrays that have a slope: with one of them it returns the array itself."),
        Mistake("shape of the result", taken(lambda dz, x, ids: dz.copy()), "You returned dz in the shape of what was taken. A gradient has the shape of its array: zeros like x, with the rows of dz added in their places."),
        Mistake("every row", taken(lambda dz, x, ids: np.tile(dz.reshape(-1, x.shape[1]).sum(0), (len(x), 1))), "Every row of x gets the sum of all slopes. Only rows that were taken get any, each its own."),
        Mistake("counted", taken(lambda dz, x, ids: np.repeat(np.bincount(ids.ravel(), minlength=len(x))[:, None], x.shape[1], axis=1).astype(float)), "You counted how often each row was taken. That is the pullback for a dz of ones: add the rows of dz instead of ones."),
    ),
    alternatives=(taken(_by_one_hot), taken(_by_loop)),
)  # fmt: skip


# --- 10.13 -----------------------------------------------------------------------------------------------------------


class Tensor:
    """An array that remembers the rule it came from.
    After a backward pass it knows its gradient.
    """

    made = 0

    def __init__(self, data, parents=(), pullback=None):
        self.data = np.asarray(data, dtype=float)
        self.grad = np.zeros_like(self.data)
        self.parents = parents  # the tensors it was computed from; none: a leaf
        self.pullback = pullback
        Tensor.made += 1
        self.number = Tensor.made  # larger than the numbers of its parents

    @classmethod
    def apply(cls, rule, *inputs):
        """Return rule(*inputs) as a new tensor: cls(value, parents, pullback).

        Inputs that are tensors are its parents, in their order, and the rule is given their data.
        Other inputs are given as they are.
        """
        ### BEGIN SOLUTION
        value, pullback = rule(*[x.data if isinstance(x, cls) else x for x in inputs])
        return cls(value, tuple(x for x in inputs if isinstance(x, cls)), pullback)
        ### END SOLUTION

    def backward(self):
        """Add ∂(this number)/∂v to v.grad of every leaf v behind it.
        In between, grad is the gradient of this call.

        A pullback returns a tuple, one gradient for each parent;
        with a single parent it returns the array itself.
        """
        ### BEGIN SOLUTION
        behind, waiting = {self}, [self]
        while waiting:
            for parent in waiting.pop().parents:
                if parent not in behind:
                    behind.add(parent)
                    waiting.append(parent)
        order = sorted(behind, key=lambda v: v.number, reverse=True)
        for v in order:
            if v.parents:
                v.grad = np.zeros_like(v.data)
        self.grad = self.grad + 1.0
        for v in order:
            if v.parents:
                gradients = v.pullback(v.grad)
                gradients = gradients if isinstance(gradients, tuple) else (gradients,)
                for parent, gradient in zip(v.parents, gradients, strict=True):
                    parent.grad = parent.grad + gradient
        ### END SOLUTION

    # The operators are written already: each is one of your rules.
    # Broadcasting is an operation of its own.

    def pair(self, other):
        """This tensor and `other`, copied to one shape where they have two."""
        both = [self, other if isinstance(other, Tensor) else Tensor(other)]
        shape = np.broadcast_shapes(both[0].data.shape, both[1].data.shape)
        return [v if v.data.shape == shape else self.apply(broadcast_to, v, shape) for v in both]

    def __add__(self, other):
        return self.apply(add, *self.pair(other))

    def __mul__(self, other):
        return self.apply(mul, *self.pair(other))

    def __matmul__(self, other):
        return self.apply(matmul, self, other)

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + (-other)

    def __truediv__(self, other):
        return self * (-other.log()).exp()  # 1/y = e^(−ln y), for positive y

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return -self + other

    def sum(self, axis=None, keepdims=False):
        return self.apply(sum_, self, axis, keepdims)

    def exp(self):
        return self.apply(exp, self)

    def log(self):
        return self.apply(log, self)


def drive_tensor(Tensor, leaves, script, calls):
    def two(value, dx, dy):
        def rule(a, b):
            def pullback(dz):
                return dx(dz, a, b), dy(dz, a, b)

            return value(a, b), pullback

        return rule

    table = {
        "add": two(lambda a, b: a + b, lambda g, a, b: g, lambda g, a, b: g),
        "mul": two(lambda a, b: a * b, lambda g, a, b: g * b, lambda g, a, b: g * a),
        "matmul": two(lambda a, b: a @ b, lambda g, a, b: g @ b.T, lambda g, a, b: a.T @ g),
        "half": lambda a: (a / 2, lambda g: g / 2),
        "pass": lambda a: (a, lambda g: g),
        "tanh": lambda a: (np.tanh(a), lambda g: g * (1 - np.tanh(a) ** 2)),
        "rows": lambda a, k: (a[:k], lambda g: np.concatenate([g, np.zeros_like(a[k:])])),
        "total": lambda a: (a.sum(), lambda g: np.broadcast_to(g, a.shape)),
    }
    pulled, looks = [], 0  # which pullbacks were called, in this backward pass; how often parents were asked for

    def watched(name, rule):
        def run(*inputs):
            if any(isinstance(x, Tensor) for x in inputs):
                raise TypeError("a rule was given a Tensor, and rules want arrays: x.data")
            value, pullback = rule(*inputs)

            def watched_pullback(dz):
                pulled.append(name)
                return pullback(dz)

            return value, watched_pullback

        return run

    def parents(tensor):
        nonlocal looks
        looks += 1
        if looks > 25_000:
            raise RuntimeError(f"the parents of {len(tensors)} tensors were asked for more than 25,000 times")
        return vars(tensor)["parents"]

    counted = "parents" not in vars(Tensor)
    if counted:  # for the time of this call
        Tensor.parents = property(parents, lambda tensor, value: vars(tensor).update(parents=value))
    try:
        tensors, most = {name: Tensor(array) for name, array in leaves.items()}, 0
        for name, rule, inputs in script:
            inputs = [tensors[i] if isinstance(i, str) else i for i in inputs]
            tensors[name] = Tensor.apply(watched(name, table[rule]), *inputs)
            if isinstance(tensors[name].parents, (set, frozenset)):
                raise TypeError("parents is a set, and their order is lost")
        results = {f"{name}.data": tensors[name].data for name in [script[0][0], script[-1][0]]}
        for call, root in enumerate(calls, 1):
            pulled.clear()
            tensors[root].backward()
            most = max([most] + [pulled.count(name) for name in pulled])
            for name in leaves:
                results[f"{name}.grad after call {call}"] = np.array(tensors[name].grad)
    finally:
        if counted:
            del Tensor.parents
    for name in (script[0][0], script[-2][0], calls[-1]):
        results[f"{name}.grad at the end"] = np.array(tensors[name].grad)
    results["largest number of calls of one pullback"] = most
    return results


def tensor_cases(rng):
    def leaves(**shapes):
        return {name: rng.normal(0, 1, shape) for name, shape in shapes.items()}

    layer = [("Z", "matmul", ["X", "W"]), ("A", "tanh", ["Z"]), ("S", "mul", ["A", "C"]), ("L", "total", ["S"])]
    shared = [  # a leaf and an inner node used several times, by a short path and by a long one
        ("u", "tanh", ["x"]), ("v", "mul", ["u", "u"]), ("s", "half", ["v"]), ("w", "add", ["s", "u"]), ("r", "mul", ["w", "x"]),
        ("q", "add", ["r", "u"]), ("L", "total", ["q"]),
    ]  # fmt: skip
    passed = [  # gradients that are one and the same array
        ("a", "add", ["x", "y"]), ("b", "pass", ["a"]), ("c", "add", ["b", "x"]), ("d", "mul", ["c", "c"]), ("L", "total", ["d"]),
    ]  # fmt: skip
    constant = [("a", "rows", ["x", 3]), ("b", "mul", ["a", "y"]), ("L", "total", ["b"])]
    two = [
        ("u", "mul", ["x", "y"]),
        ("K", "total", ["u"]),
        ("v", "tanh", ["u"]),
        ("w", "mul", ["v", "x"]),
        ("L", "total", ["w"]),
    ]
    paths = [("v1", "half", ["x"]), ("v2", "add", ["x", "v1"])]  # each the sum of the two before: 23 tensors;
    paths += [(f"v{k}", "add", [f"v{k - 2}", f"v{k - 1}"]) for k in range(3, 22)]  # along every path, 46,368 visits
    paths += [("L", "total", ["v21"])]
    return [
        (leaves(X=(7, 5), W=(5, 3), C=(7, 3)), layer, ["L"]),
        (leaves(x=(5,)), shared, ["L", "L"]),
        (leaves(x=(3,), y=(3,)), passed, ["L", "L"]),
        (leaves(x=(7, 2), y=(3, 2)), constant, ["L"]),
        (leaves(x=(3, 3), y=(3, 3)), two, ["K", "L", "L"]),
        (leaves(x=(2,)), paths, ["L"]),
    ]


class _Like(Tensor):
    """A Tensor whose backward pass can be spoilt in one place; each subclass below says where."""

    seed = staticmethod(lambda root: np.ones_like(root.data))
    cleared = staticmethod(lambda v: bool(v.parents))
    youngest_first = True

    def order(self):
        behind, waiting = {self}, [self]
        while waiting:
            for parent in waiting.pop().parents:
                if parent not in behind:
                    behind.add(parent)
                    waiting.append(parent)
        return sorted(behind, key=lambda v: v.number, reverse=self.youngest_first)

    def give(self, gradient):
        self.grad = self.grad + gradient

    def backward(self):
        order = self.order()
        for v in order:
            if self.cleared(v):
                v.grad = np.zeros_like(v.data)
        self.grad = self.seed(self)
        for v in order:
            if v.parents:
                gradients = v.pullback(v.grad)
                for parent, gradient in zip(
                    v.parents, gradients if isinstance(gradients, tuple) else (gradients,), strict=True
                ):
                    parent.give(gradient)


class _Overwritten(_Like):
    def give(self, gradient):
        self.grad = np.array(gradient)


class _NoSeed(_Like):
    seed = staticmethod(lambda root: np.zeros_like(root.data))


class _SeedIsValue(_Like):
    seed = staticmethod(lambda root: root.data.copy())


class _NotCleared(_Like):
    cleared = staticmethod(lambda v: False)


class _AllCleared(_Like):
    cleared = staticmethod(lambda v: True)


class _Breadth(_Like):
    def order(self):
        order, seen = [self], {self}
        for v in order:
            new = [p for p in dict.fromkeys(v.parents) if p not in seen]
            order += new
            seen.update(new)
        return order


class _AsMet(_Like):
    """In the order in which a work list has met them: the solution without its sorting."""

    def order(self):
        order, waiting = [self], [self]
        while waiting:
            for parent in waiting.pop().parents:
                if parent not in order:
                    order.append(parent)
                    waiting.append(parent)
        return order


class _Forward(_Like):
    youngest_first = False


class _Borrowed(_Like):
    """The first gradient is taken as it is, later ones are added to it in place."""

    def give(self, gradient):
        if self.grad.any():
            self.grad += gradient
        else:
            self.grad = (
                gradient if isinstance(gradient, np.ndarray) and gradient.flags.writeable else np.array(gradient)
            )


class _ParentsOnce(_Like):
    @classmethod
    def apply(cls, rule, *inputs):
        value, pullback = rule(*[x.data if isinstance(x, cls) else x for x in inputs])
        return cls(value, tuple(dict.fromkeys(x for x in inputs if isinstance(x, cls))), pullback)

    def backward(self):
        order = self.order()
        for v in order:
            if v.parents:
                v.grad = np.zeros_like(v.data)
        self.grad = np.ones_like(self.data)
        for v in order:
            if v.parents:
                gradients = v.pullback(v.grad)
                for parent, gradient in zip(v.parents, gradients if isinstance(gradients, tuple) else (gradients,)):  # noqa: B905
                    parent.give(gradient)


class _Bare(_Like):
    def backward(self):
        order = self.order()
        for v in order:
            if v.parents:
                v.grad = np.zeros_like(v.data)
        self.grad = np.ones_like(self.data)
        for v in order:
            if v.parents:
                for parent, gradient in zip(v.parents, v.pullback(v.grad)):  # noqa: B905
                    parent.give(gradient)


class _AlongPaths(_Like):
    """A pass that walks every path. Of the graph with many paths it spares itself the walk: the drive would stop it."""

    def backward(self):
        if len(self.order()) > 20:
            raise RuntimeError("too many paths")
        self.walk()


class _AtOnce(_AlongPaths):
    """Every share is sent on as soon as it arrives; right, but along every path."""

    def walk(self):
        for v in self.order():
            if v.parents:
                v.grad = np.zeros_like(v.data)
        self.send(np.ones_like(self.data))

    def send(self, share):
        self.grad = self.grad + share
        if self.parents:
            gradients = self.pullback(share)
            for parent, gradient in zip(
                self.parents, gradients if isinstance(gradients, tuple) else (gradients,), strict=True
            ):
                parent.send(gradient)


class _AtOnceNotCleared(_AtOnce):
    def walk(self):
        self.send(np.ones_like(self.data))


class _WholeGradientAtOnce(_AtOnce):
    def send(self, share):
        self.grad = self.grad + share
        if self.parents:
            gradients = self.pullback(self.grad)
            for parent, gradient in zip(
                self.parents, gradients if isinstance(gradients, tuple) else (gradients,), strict=True
            ):
                parent.send(gradient)


class _TensorsToTheRule(_Like):
    @classmethod
    def apply(cls, rule, *inputs):
        value, pullback = rule(*inputs)
        return cls(value, tuple(x for x in inputs if isinstance(x, cls)), pullback)


class _LeavesAsked(_Like):
    def backward(self):
        self.grad = np.ones_like(self.data)
        for v in self.order():
            gradients = v.pullback(v.grad)
            for parent, gradient in zip(
                v.parents, gradients if isinstance(gradients, tuple) else (gradients,), strict=True
            ):
                parent.give(gradient)


class _Wrapped(_Like):
    """Puts what a pullback returns into a tuple, also where it is one."""

    strict = False

    def backward(self):
        order = self.order()
        for v in order:
            if v.parents:
                v.grad = np.zeros_like(v.data)
        self.grad = np.ones_like(self.data)
        for v in order:
            if v.parents:
                for parent, gradient in zip(v.parents, (v.pullback(v.grad),), strict=self.strict):
                    parent.give(gradient)


class _WrappedStrict(_Wrapped):
    strict = True


class _ParentsSet(_Like):
    @classmethod
    def apply(cls, rule, *inputs):
        value, pullback = rule(*[x.data if isinstance(x, cls) else x for x in inputs])
        return cls(value, {x for x in inputs if isinstance(x, cls)}, pullback)


class _Exchanged(_Like):
    @classmethod
    def apply(cls, rule, *inputs):
        value, pullback = rule(*[x.data if isinstance(x, cls) else x for x in inputs])
        return cls(value, pullback, tuple(x for x in inputs if isinstance(x, cls)))


class _OnlyTensors(_Like):
    @classmethod
    def apply(cls, rule, *inputs):
        value, pullback = rule(*[x.data for x in inputs])
        return cls(value, inputs, pullback)


class _CallsItself(_AlongPaths):
    """backward calls backward of the parents, and each call sets its own gradient to 1."""

    def walk(self):
        self.grad = np.ones_like(self.data)
        if self.parents:
            gradients = self.pullback(self.grad)
            for parent, gradient in zip(
                self.parents, gradients if isinstance(gradients, tuple) else (gradients,), strict=True
            ):
                parent.give(gradient)
                parent.walk()


class _WorkListNotCleared(_AlongPaths):
    """A work list that a tensor enters with every share, and hands on all it has by then."""

    def walk(self):
        self.grad = np.ones_like(self.data)
        waiting = [self]
        while waiting:
            v = waiting.pop()
            if v.parents:
                gradients = v.pullback(v.grad)
                for parent, gradient in zip(
                    v.parents, gradients if isinstance(gradients, tuple) else (gradients,), strict=True
                ):
                    parent.give(gradient)
                    waiting.append(parent)


class _WorkList(_WorkListNotCleared):
    def walk(self):
        for v in self.order():
            if v.parents:
                v.grad = np.zeros_like(v.data)
        super().walk()


class _EveryPath(_Like):
    """Right, but what is behind a tensor is gone through again on every path that leads to it."""

    def order(self):
        behind, waiting = {self}, [self]
        while waiting:
            for parent in waiting.pop().parents:
                behind.add(parent)
                waiting.append(parent)
        return sorted(behind, key=lambda v: v.number, reverse=True)


class _NoParents(_Like):
    @classmethod
    def apply(cls, rule, *inputs):
        return cls(rule(*[x.data if isinstance(x, cls) else x for x in inputs])[0])


class _Peeling(_Like):
    """Right and slow: again and again those that are left are searched for one that none of them reads."""

    def order(self):
        left, order = _Like.order(self), []
        while left:
            v = next(v for v in left if not any(v in other.parents for other in left))
            left.remove(v)
            order.append(v)
        return order


class _Counting(_Like):
    """A right one: the order of exercise 10.4."""

    def order(self):
        uses = {}
        for v in _Like.order(self):
            for parent in v.parents:
                uses[parent] = uses.get(parent, 0) + 1
        order = [self]
        for v in order:
            for parent in v.parents:
                uses[parent] -= 1
                if uses[parent] == 0:
                    order.append(parent)
        return order


TENSOR = Exercise(
    id="10.13",
    title="The engine",
    kind="class",
    task="""
    Put it together. In `apply`, call the rule and make a tensor of what it returns: `cls(value, parents, pullback)`. In `backward`, put the tensors behind this one in order, each met once (your `topological_order` can be called as it stands, as
    long as the graph is not deep; `number` gives an order without recursion), and go back: the gradients between leaf and root start from zero, this tensor's own is 1, each
    pullback is called once, and what arrives along several ways is added. Leaves collect over several calls. Keep two things about the rules in mind: a pullback with one gradient returns it bare, and two parents may
    be handed the very same array, so do not keep it as your own and write into it later.
    """,
    solution=Tensor,
    cases=tensor_cases,
    drive=drive_tensor,
    difficulty=3,
    points=5,
    needs=("10.2", "10.3"),
    hints=(
        "apply: the rule wants arrays, and you have tensors. Which inputs are parents? backward: it is exercise 10.3, with arrays in place of numbers and a pullback in place of slopes.",
        "Collect everything behind self with a list of your own, as in 10.4; sort it by number, youngest first. A tensor is always younger than its parents.",
        "isinstance(gradients, tuple) tells whether a pullback has returned one array or several. Then parent.grad = parent.grad + gradient, which makes a new array each time.",
    ),
    mistakes=(
        Mistake("leaves asked", _LeavesAsked, "A leaf has no pullback: nobody computed it. Skip tensors without parents when you call pullbacks."),
        Mistake("tensors to the rule", _TensorsToTheRule, "The rule was given tensors. It knows only arrays: hand it x.data for each input that is a tensor, and the other inputs as they are."),
        Mistake("nothing flows", _NoParents, "The values are right, and no leaf gets a gradient: the new tensor does not know where it came from. Hand its parents and the pullback to cls(value, parents, pullback)."),
        Mistake("overwritten", _Overwritten, "A tensor that is used twice keeps only the gradient that came last. Add it to what is there."),
        Mistake("no seed", _NoSeed, "All gradients are 0: nothing was put in at the root. The slope of the root with respect to itself is 1."),
        Mistake("seeded with the value", _SeedIsValue, "The root starts with its own *value* as its gradient, so everything is multiplied by the loss. The slope of the root with respect to itself is 1."),
        Mistake("not cleared", _NotCleared, "The first call is right; the second passes on what the first left in the nodes between leaf and root. Set grad of every tensor that has parents to zeros at the beginning."),
        Mistake("leaves cleared", _AllCleared, "Each call forgets the one before. Leaves are to collect: clear only tensors that have parents."),
        Mistake("breadth first", _Breadth, "You went outward from the root, nearest first. A tensor that is reached by a short path and by a long one hands on its gradient before it is complete. Take a topological order: sort by number, or use your topological_order."),
        Mistake("as they were met", _AsMet, "You go through the tensors in the order in which your work list met them. One that is reached by a short path and by a long one then hands on its gradient before it is complete. Sort them by number, youngest first."),
        Mistake("oldest first", _Forward, "You go from the leaves to the root. Nothing has arrived there yet: begin with the youngest tensor, the root."),
        Mistake("bare gradient", _Bare, "A pullback with a single gradient returns the array itself, and going through it with zip takes it apart: the parent gets its first row. Make a tuple of it first: (gradients,) unless it is a tuple already."),
        Mistake("borrowed array", _Borrowed, "A sum hands the *same* array to both of its parents, and you add to it in place: what one parent receives later, the other receives too. Write parent.grad = parent.grad + gradient, which makes a new array."),
        Mistake("parents once", _ParentsOnce, "In x·x the parent occurs twice, and you list it once, so one of its two gradients is lost. Keep parents in the order of the inputs, repeats included."),
        Mistake("parents in a set", _ParentsSet, "You keep the parents in a set. A set has no order, so a gradient may reach the wrong parent; and in x·x it holds x once, so one of two gradients is lost. A tuple keeps both: the order of the inputs, and repeats."),
        Mistake("parents and pullback exchanged", _Exchanged, "Parents and pullback are exchanged: cls(value, parents, pullback), in this order."),
        Mistake("every input a tensor", _OnlyTensors, "With tensors alone everything is right. But a rule may also be given something else, a number (x[:3]) or a shape: that goes to the rule as it is, and is no parent. Ask isinstance(x, Tensor) of each input, for both."),
        Mistake("always in a tuple", _Wrapped, "A pullback with two gradients returns a tuple already, and you put that into another: the first parent is handed both. Make a tuple only of what is none: if not isinstance(gradients, tuple): gradients = (gradients,)."),
        Mistake("always in a tuple, strict", _WrappedStrict, "A pullback with two gradients returns a tuple already, and you put that into another, which has one entry for two parents. Make a tuple only of what is none: if not isinstance(gradients, tuple): gradients = (gradients,)."),
        Mistake("sent on at once", _AtOnce, "Every share is sent on as soon as it arrives, so each path is walked for itself, and a pullback is called once for each of them: 2ⁿ times after n doublings. Put the tensors in order, and call each pullback once, when its gradient is complete."),
        Mistake("sent on at once, not cleared", _AtOnceNotCleared, "The leaves are right. But every share is sent on as soon as it arrives, so each path is walked for itself; and the tensors in between keep what an earlier call left there. Clear them, put the tensors in order, and call each pullback once."),
        Mistake("whole gradient at every arrival", _WholeGradientAtOnce, "A tensor that is used twice hands on its first share, and then, when the second arrives, the sum of both: the first is counted twice. Call each pullback once, when its gradient is complete."),
        Mistake("work list", _WorkList, "A tensor enters your work list with every share that arrives, and hands on all it has by then: the first share is handed on again with the second. Call each pullback once, when its gradient is complete."),
        Mistake("work list, not cleared", _WorkListNotCleared, "A tensor enters your work list with every share that arrives, and hands on all it has by then: the first share is handed on again with the second. (And what an earlier call left in between is not cleared.) Call each pullback once, when its gradient is complete."),
        Mistake("calls itself", _CallsItself, "backward calls backward of the parents, and each of these calls begins by setting its own gradient to 1, which wipes out what has just arrived. Only the root gets the 1. Put the tensors behind it in order first, and go through them in one loop."),
        Mistake("every path", _EveryPath, "The gradients are right. But what lies behind a tensor is gone through again on every path that leads to it: in a chain of 20 sums, each of the two tensors before it, that makes tens of thousands of visits for 23 tensors, and with two sums more it is more than twice as many. Keep a set of the tensors you have met, and do not go behind one of them a second time."),
    ),
    alternatives=(_Like, _Counting, _Peeling),
)  # fmt: skip


# --- 10.14 -----------------------------------------------------------------------------------------------------------


def round_through(x):
    """z = x rounded; backward as if nothing had been rounded. Returns z and its pullback."""

    ### BEGIN SOLUTION
    def round_through_pullback(dz):
        return dz

    return np.round(x), round_through_pullback
    ### END SOLUTION


def round_cases(rng):
    return [(rng.normal(0, 2, shape), rng.normal(0, 1.5, shape)) for shape in ((7, 5), (3, 3), (11,), (1, 5))]


ROUND = Exercise(
    id="10.14",
    title="Straight through",
    task="""
    Write the rule `round_through(x)`: its value is `x` rounded to whole numbers (`np.round`), and its pullback hands `dz` on as if nothing had been rounded.
    """,
    solution=round_through,
    cases=round_cases,
    drive=drive_single,
    outputs=("z", "dx"),
    needs=("10.5",),
    hints=("Whose pullback would it be if the value were x itself?", "That of the identity: dz, unchanged.", "return np.round(x), and a function that returns dz."),
    mistakes=(
        Mistake("the true slope", rule(np.round, lambda dz, x: np.zeros_like(x)), "That is the true slope of rounding, 0 wherever there is one, and with it nothing behind the rounding can learn. The straight-through estimator pretends: dz, unchanged."),
        Mistake("value only", np.round, "Only the value is returned. A rule returns two things: the value, and the pullback as a *function* (without calling it)."),
        Mistake("in a tuple", rule(np.round, lambda dz, x: (dz,)), "The number is right, but it comes in a tuple of one. A pullback with a single gradient returns the array itself, without the comma."),
        Mistake("clipped", rule(np.round, lambda dz, x: dz * (np.abs(x) <= 1)), "You hand dz on only where |x| is at most 1. Such a variant exists, for values that are cut off at ±1; here nothing is cut off: dz everywhere."),
        Mistake("cut off", rule(np.trunc, lambda dz, x: dz), "You cut the fraction off, toward 0. np.round goes to the nearest whole number."),
        Mistake("dz rounded", rule(np.round, lambda dz, x: np.round(dz)), "You rounded what comes back. Only the value is rounded: hand dz on as it is."),
        Mistake("not rounded", rule(lambda x: x.copy(), lambda dz, x: dz), "The backward half is right, but the value is not rounded: z = np.round(x)."),
        Mistake("rounded down", rule(np.floor, lambda dz, x: dz), "You rounded down. np.round goes to the nearest whole number."),
        Mistake("rounded up", rule(np.ceil, lambda dz, x: dz), "You rounded up. np.round goes to the nearest whole number."),
        Mistake("not a function", lambda x: (np.round(x), np.ones_like(x)), "The second result has to be a *function* of dz: write an inner function that returns dz, and return that function without calling it."),
        Mistake("the input", rule(np.round, lambda dz, x: x.copy()), "The pullback returns x. The identity hands back what it is *given*: dz."),
        Mistake("one", rule(np.round, lambda dz, x: 1.0), "The pretended slope is 1, but what comes back has to be multiplied with it: return dz."),
        Mistake("ones", rule(np.round, lambda dz, x: np.ones_like(x)), "The pretended slope is 1, but what comes back has to be multiplied with it: return dz."),
        Mistake("times x", rule(np.round, lambda dz, x: dz * x), "You multiplied by x. The pretended function is the identity, whose slope is 1."),
        Mistake("times the error", rule(np.round, lambda dz, x: dz * (np.round(x) - x)), "You multiplied by the rounding error. The pretended slope is 1: return dz."),
    ),
)  # fmt: skip


# --- 10.15 -----------------------------------------------------------------------------------------------------------


def score_gradient(losses, z, mu, sigma):
    """Return the estimate of d/dμ of the mean loss from losses (S,) at samples z (S,) from a
    normal(μ, σ²).
    """
    return np.mean(losses * (z - mu) / sigma**2)


def score_cases(rng):
    def case(S):
        mu, sigma = float(rng.normal(0.5, 1)), float(rng.uniform(1.3, 2.5))
        z = rng.normal(mu, sigma, S)
        return z**2 + 0.5 * z, z, mu, sigma

    return [case(S) for S in (7, 5, 11, 1, 3)]


SCORE = Exercise(
    id="10.15",
    title="The score function",
    task="""
    `z` $(S,)$ are samples from a normal distribution with mean `mu` and standard deviation `sigma`, whose density is $p(z) \\propto e^{-(z-\\mu)^2/2\\sigma^2}$; `losses` $(S,)$ are the losses at these samples. Write `score_gradient(losses, z, mu, sigma)`: the estimate
    $\\frac1S\\sum_s L(z_s)\\,\\frac{\\partial}{\\partial\\mu}\\ln p(z_s)$ of the slope of the mean loss with respect to $\\mu$, a number. The loss is never differentiated.
    """,
    solution=score_gradient,
    cases=score_cases,
    difficulty=2,
    points=2,
    hints=(
        "ln p(z) = −(z − μ)²/(2σ²) + a constant. What is its slope with respect to μ (not z)?",
        "(z − μ)/σ². A sample above the mean votes for a larger mean if its loss is large.",
        "np.mean(losses * (z - mu) / sigma**2)",
    ),
    mistakes=(
        Mistake("with respect to z", lambda losses, z, mu, sigma: np.mean(losses * (mu - z) / sigma**2), "The sign is wrong: this is the slope of ln p with respect to z. With respect to μ it is (z − μ)/σ²."),
        Mistake("sigma not squared", lambda losses, z, mu, sigma: np.mean(losses * (z - mu) / sigma), "You divided by σ. In the exponent stands (z − μ)²/(2σ²), so the slope is (z − μ)/σ²."),
        Mistake("no sigma", lambda losses, z, mu, sigma: np.mean(losses * (z - mu)), "σ is missing: the slope of ln p is (z − μ)/σ²."),
        Mistake("not centred", lambda losses, z, mu, sigma: np.mean(losses * z / sigma**2), "You used z in place of z − μ. The slope of ln p is 0 at z = μ."),
        Mistake("losses missing", lambda losses, z, mu, sigma: np.mean((z - mu) / sigma**2), "The losses do not occur. Without them the expected value is 0: each sample's score is weighted with its loss."),
        Mistake("sum", lambda losses, z, mu, sigma: np.sum(losses * (z - mu) / sigma**2), "You added up over the samples. The *mean* is the estimate: divide by their number."),
        Mistake("means first", lambda losses, z, mu, sigma: np.mean(losses) * np.mean((z - mu) / sigma**2), "You multiplied the mean loss with the mean score. Each sample's score is weighted with that sample's own loss: multiply first, then take the mean."),
        Mistake("not averaged", lambda losses, z, mu, sigma: losses * (z - mu) / sigma**2, "There is one number for each sample. The estimate is their mean."),
        Mistake("not differentiated", lambda losses, z, mu, sigma: np.mean(losses * -((z - mu) ** 2) / (2 * sigma**2)), "You weighted the losses with ln p itself. Its *slope* with respect to μ is wanted: (z − μ)/σ²."),
        Mistake("brackets", lambda losses, z, mu, sigma: np.mean(losses * z - mu / sigma**2), "* and / come before −, so only μ is divided by σ² and only z multiplied by the loss. Put z − μ in brackets."),
        Mistake("the samples' variance", lambda losses, z, mu, sigma: np.mean(losses * (z - mu) / np.var(z)), "You divided by the variance of these samples. The density has the σ that is given: σ²."),
        Mistake("baseline", lambda losses, z, mu, sigma: np.mean((losses - np.mean(losses)) * (z - mu) / sigma**2), "You subtracted the mean of the losses first. That is a good idea, which comes after this exercise; here the losses are taken as they are."),
        Mistake("halved", lambda losses, z, mu, sigma: np.mean(losses * (z - mu) / (2 * sigma**2)), "The 2 of 2σ² cancels with the 2 of the square: the slope of (z − μ)²/(2σ²) with respect to μ is −(z − μ)/σ²."),
        Mistake("density's slope", lambda losses, z, mu, sigma: np.mean(losses * (z - mu) / sigma**2 * np.exp(-((z - mu) ** 2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))), "This is the slope of p, not of ln p. The samples come from p already, so p must not be multiplied in once more."),
    ),
)  # fmt: skip


# --- Check yourself --------------------------------------------------------------------------------------------------

VISITS = Exercise(
    id="10.16",
    title="How many visits?",
    kind="number",
    task="""
    A chain is computed by $x \\leftarrow x + x$, {n} times. Its nodes are the beginning and {n} sums. The backward pass that sends every contribution on *at once*, as soon as it arrives, visits how many nodes, counting repeats?
    (The root is visited once; each visit of a sum visits its parent twice.)
    """,
    given={"n": 10},
    draw=lambda rng: {"n": int(rng.integers(6, 15))},
    solution=lambda n: float(2 ** (n + 1) - 1),
    rtol=1e-9,
    hints=("One sum: the root once, the beginning twice. Two sums: 1 + 2 + 4.", "1 + 2 + 4 + … + 2ⁿ."),
    mistakes=(
        Mistake("nodes", lambda n: float(n + 1), "That is the number of nodes, and of visits when each waits until its gradient is complete. Sent on at once, each node is visited once for every path that leads to it."),
        Mistake("paths", lambda n: float(2**n), "That is the number of visits of the beginning alone. The nodes on the way are visited too: 1 + 2 + 4 + … + 2ⁿ."),
        Mistake("edges", lambda n: float(2 * n), "That is the number of wires, each used once by the pass in topological order. Sent on at once, the visits double with every step back."),
        Mistake("one short", lambda n: float(2**n - 1), "The sum goes to 2ⁿ: the beginning itself is visited 2ⁿ times."),
        Mistake("one over", lambda n: float(2 ** (n + 1)), "Nearly: 1 + 2 + … + 2ⁿ is one less than 2ⁿ⁺¹."),
    ),
)  # fmt: skip

BRANCH = Exercise(
    id="10.17",
    title="What the tape has seen",
    kind="choice",
    task="""
    A program reads `if x > 0: y = x * x` and `else: y = -x`, and is run at $x = 3$ on an engine like yours. What stands on the tape?
    """,
    choices=(
        "Both branches and the comparison, so that the slope is right for every x.",
        "One product, of 3 with 3. The comparison and the other branch left no trace.",
        "The comparison, with slope 0, and one product.",
        "Nothing: programs with branches cannot be differentiated.",
    ),
    solution="b",
    hints=("When is a line written on the tape?", "A line is written when an operation on values is carried out."),
    mistakes=(
        Mistake("both", "a", "The branch that was not taken was not computed, so it wrote nothing. The slope is that of the branch taken, here."),
        Mistake("comparison", "c", "A comparison returns True or False, not a number with a slope. It writes nothing; it only decides which operations are carried out."),
        Mistake("nothing", "d", "They can: the tape holds what was carried out, whatever loops and branches led to it. That is the difference from differentiating a formula."),
    ),
)  # fmt: skip

KINK = Exercise(
    id="10.18",
    title="Exact, and wrong",
    kind="choice",
    task="""
    $\\operatorname{relu}(x) - \\operatorname{relu}(-x)$ is $x$, with slope 1 everywhere. At $x = 0$ your engine says 0. Why?
    """,
    choices=(
        "A rounding error.",
        "The backward pass went through the graph in a wrong order.",
        "At a kink there is no slope, and each relu uses a value agreed upon, 0. The chain rule holds for slopes, not for agreed values.",
        "The gradients of the two uses of x were not added.",
    ),
    solution="c",
    hints=("What does the engine use as relu's slope at 0?", "Would the result be 1 if relu'(0) were agreed to be ½?"),
    mistakes=(
        Mistake("rounding", "a", "All numbers here are exact: 0, 1 and −1."),
        Mistake("order", "b", "The order is right: at every other x the same graph gives 1."),
        Mistake("not added", "d", "They are added: 0 + 0. At any other x they are 1 + 0 or 0 + 1."),
    ),
)  # fmt: skip

SAMPLING = Exercise(
    id="10.19",
    title="Which estimator?",
    kind="choice",
    task="""
    A robot chooses its throw at random, from a normal distribution with mean $\\mu$, and is told only whether it has hit: loss 0 or 1. How can it get the slope of its mean loss with respect to $\\mu$?
    """,
    choices=(
        "By reparameterization: write z = μ + ε and differentiate the loss.",
        "By the score function: the loss is only multiplied, never differentiated.",
        "Not at all: the loss is a step.",
        "By finite differences with one throw on each side.",
    ),
    solution="b",
    hints=("What is the slope of “hit or not” with respect to where the ball lands?", "Which of the two estimators needs that slope?"),
    mistakes=(
        Mistake("reparameterized", "a", "That needs the slope of the loss with respect to z, which for a step is 0 wherever it exists. The estimate would be 0 for every μ."),
        Mistake("impossible", "c", "The loss of one throw is a step, but the *mean* loss, the chance to miss, moves smoothly with μ. It has a slope, and the score function estimates it."),
        Mistake("two throws", "d", "Two single throws differ by chance far more than by the nudge: divided by 2h, that chance is all one sees."),
    ),
)  # fmt: skip

EXERCISES = (
    REPLAY, ORDER, TWICE, DEEP, ADD, MUL, BROADCAST, MATMUL, SUM, EXP, LOG, TAKE, TENSOR, ROUND, SCORE, VISITS, BRANCH, KINK, SAMPLING,
)  # fmt: skip
