"""All that a check says, in tables, so that it can be translated. `bpedu.feedback` chooses from them."""

WORDS = {
    "right": "Right. From here on the chapter uses your {name}.",
    "right value": "Right.",
    "not attempted": 'Not attempted yet. The chapter goes on with the book\'s own {name}; hint("{id}") gives a first hint.',
    "not attempted value": 'Not attempted yet. hint("{id}") gives a first hint.',
    "book's": "The chapter goes on with the book's own {name} until yours is right.",
    "book's own": "This is the book's own {name}, which stands in for yours since the last check. "
    "Run the cell with your {name} first, then this one.",
    "own fault": "This check failed by a fault of the book, not of yours, and says nothing about your answer. "
    "Please report it: exercise {id}, seed {seed}, {error}.",
    "error": "Your function stopped with {error}.",
    "error line": "It happened in the line:  {line}",
    "error arguments": "It was called with {arguments}.",
    "slow": "Your function had not finished after {seconds:g} seconds, so it was stopped. Is there a loop that never ends?",
    "none": "Your function returned nothing (None){result}. Is a return missing?",
    "none here": "Your function returned nothing (None) for {arguments}, and something in other cases. "
    "Does every branch end in a return, and is each name spelt as in the task?",
    "foreign": "Your function returned something of type {got}{result}; a number or an array was expected.",
    "not callable": "A function called {name} was expected; something of type {got} came. Has the name been used for something else?",
    "not a class": "A class called {name} was expected; something of type {got} came.",
    "count": "Your function returned {got} {got_results}; {expected} {expected_were} expected{names}.",
    "order": "Every result is right, and they stand in another order: {names} was expected.",
    "count dictionary": "Your function returned a dictionary; {expected} {expected_were} expected{names}, as a tuple.",
    "keys": "A dictionary with the keys {keys} was expected; yours lacks {missing}.",
    "other keys": "A dictionary with the keys {keys} was expected; yours lacks {missing} and has {extra} instead.",
    "no dictionary": "A dictionary with the keys {keys} was expected; something of type {came} came.",
    "extra keys": "A dictionary with the keys {keys} was expected, and nothing else; yours also has {extra}.",
    "shape": "{Result} has shape {got}; {expected} was expected, for {arguments}.",
    "dtype": "{Result} holds {got}; numbers were expected.",
    "tuple": "{Result} came as a tuple, where a single array was expected. Is there a comma, or a second value, too many?",
    "dtype number": "A single finite number was expected; {got} came.",
    "dtype choice": 'One of the letters {letters} was expected, as text, for example "a"; {got} came.',
    "integer": "{Result} holds whole numbers ({dtype}): its fractions have been cut off. "
    "Look for //, int, round or an array made from integers.",
    "nan": "{Result} is {got} at index {index}, for {arguments}. Look for a division by zero, "
    "an exponential of a large number, or the logarithm of zero.",
    "nan scalar": "{Result} is {got}, for {arguments}. Look for a division by zero, "
    "an exponential of a large number, the logarithm of zero, or the root of a negative number.",
    "value": "{Result} is wrong at index {index}: {expected} was expected, {got} came.",
    "value scalar": "{Result} is wrong: {expected} was expected, {got} came.",
    "value truth": "“{result}” is {got}; {expected} was expected.",
    "value arguments": "It was called with {arguments}.",
    "value hidden": "{Result} is wrong.",
    "value near": "It is right to some five digits and no further: was it computed in float32, or rounded, or was a small constant "
    "added?",
    "number": "Not {got:.6g}.",
    "number near": "Yet it is within 2 %. If you have rounded, give more digits; if not, look for something small that is missing.",
    "choice": "Not {got}.",
    "modified": "The numbers are right, but {names} changed: your function writes into what it was given. "
    "Work on a copy (Z = Z - m instead of Z -= m), or the caller's data are spoilt.",
    "modified too": "Your function also writes into what it was given: {names} changed. What is read later is then no longer what it was.",
    "remembers": "The numbers are right the first time, but a second call with the same arguments gives something else. "
    "Does something outlive the call: a global, a default argument, an accumulator that is not cleared?",
    "unsteady": "And a second call with the same arguments gives something else: does something outlive the call, such as a default "
    "argument or a global, or is there a random number in it?",
    "others right": "{names} {are} right.",
    "same always": "Your function gives the same result whatever it is given. Does it use its arguments?",
    "only batch of one": "It is right where a matrix has a single row and wrong where it has more: look for what has to be summed or "
    "averaged over the rows.",
    "only square": "It is right when a matrix happens to be square and wrong otherwise: look for a transpose, or "
    "for a size taken from the wrong axis.",
    "only square result": "It is right when the result happens to be square and wrong otherwise: look for a transpose, "
    "or for a size taken from the wrong axis.",
    "only zero": "It is right only where an argument is all zeros.",
    "only one case": "It is right for one of the inputs tried and wrong for all the others.",
    "needs": "This exercise builds on {needs}, not right yet: begin there.",
    "seed": 'The same inputs again: check("{id}", {name}, seed={seed}).',
    "unknown": "There is no exercise {id!r}. {nearest}",
    "nearest": "The nearest are {ids}.",
    "ids": 'An id is a chapter and a number, as "{example}".',
    "hint": "Hint {n} of {of}: {hint}",
    "hint again": 'That was the last hint; hint("{id}", 1) shows the first again.',
}

# What turns the expected result into the one that came: `bpedu.explain`.
EXPLANATIONS = {
    "zeros": "{Result} is zero everywhere, and should not be.",
    "length one": "Entry for entry the numbers are right: only the axes of length 1 differ. Look for a keepdims or a reshape.",
    "reshaped": "The numbers are right, one after the other; only the shape is another. Has something been flattened?",
    "sign": "{Result} has the right size and the wrong sign, every time.",
    "factor times": "{Result} is {factor} times the expected one, and {name} = {value} here.",
    "factor divided": "{Result} is {factor} times the expected one, which is 1/{value}, and {name} = {value} here.",
    "factor two": "{Result} is {factor} times the expected one, every time.",
    "same factor": "{Result} is {factor} times the expected one, every time.",
    "some factor": "{Result} is the expected one times a number, the same every time.",
    "negative": "The sign is wrong as well.",
    "transpose": "{Result} is the transpose of the expected one.",
    "permuted": "{Result} has the axes of the expected one in another order: {order}, where 0, 1, 2 … was expected.",
    "reversed": "{Result} holds the expected entries in reverse order along axis {axis}.",
    "sum": "{Result} is the expected one summed over axis {axis}, once too often.",
    "mean": "{Result} is the expected one averaged over axis {axis}, once too often.",
    "unsummed": "{Result} is not summed yet: summed over axis {axis} it is right.",
    "unaveraged": "{Result} is not averaged yet: averaged over axis {axis} it is right.",
    "sum all": "{Result} is the sum of all entries of the expected one; they are wanted each for itself.",
    "mean all": "{Result} is the mean of all entries of the expected one; they are wanted each for itself.",
    "unsummed all": "{Result} is not summed yet: the sum of all its entries is right.",
    "unaveraged all": "{Result} is not averaged yet: the mean of all its entries is right.",
    "wrong axis": "{Result} is {source} {did} over {wrong}; the {kind} over axis {right} is wanted.",
    "missing": "{Result} lacks a factor: multiplied by {factor} it is right.",
    "extra": "{Result} has a factor too many: it is the expected one times {factor}.",
    "offset plus": "{Result} is the expected one plus {name}.",
    "offset minus": "{Result} is the expected one minus {name}: that term is missing, or subtracted once too often.",
    "where": "{Result} is right everywhere except where {where}.",
    "rows": "{Result} is right on some rows and wrong on others: wrong {where}.",
    "entries": "{Result} is right at some entries and wrong at others: wrong {where}.",
}

# What an error is about and what to look for: `bpedu.explain.errors`.
ERRORS = {
    "column": "Shapes are laid side by side from the right, so the {n} numbers meet the {k} columns and not the {n} rows. "
    "One number for each row has to stand in a column: v[:, None], or a sum with keepdims=True.",
    "broadcast": "Shapes are laid side by side from the right, and there the sizes have to agree, or one of them has to be 1. "
    "Is a transpose missing, a keepdims=True, or an @ in place of *?",
    "grow": "+= keeps the shape of what stands left of it, {kept}; what came has shape {came}. For the gradient of something that "
    "was broadcast, sum over the axes that were added or stretched.",
    "assign": "The place left of the = has shape {place}, what stands right of it has shape {came}.",
    "one number": "One number was wanted there, and an array came. The functions of math, float(), int() and round() take one "
    "number; np.exp, np.round and the rest of NumPy take arrays.",
    "ragged": "np.array needs rows of the same length; arrays of different shapes stay in a list.",
    "matmul": "For A @ B the last axis of A has to be as long as the last but one of B (or B's only one); here they are {first} "
    "and {second}. Is a transpose missing, are the two the wrong way round, or is * meant?",
    "matmul scalar": "@ is for vectors and matrices, and one of the two is a single number here. Has it been summed once too often, "
    "or is * meant?",
    "broadcast to": "np.broadcast_to adds axes in front and copies along axes of length 1. Laid side by side from the right, every "
    "other axis has to have its length already, and there must be no more axes than asked for.",
    "bits": "& and | join truth values. A comparison beside them stands in brackets, (z > 0) & (z < 1); to let a mask through, "
    "multiply: g * (z > 0).",
    "truth minus": "Truth values are not subtracted. As numbers, 1 and 0, they are: (z > 0).astype(float), or float(z > 0) for a single "
    "one.",
    "einsum length": "In np.einsum the same letter stands for axes of the same length. Write each operand's shape below its letters.",
    "einsum letters": "np.einsum needs one letter for each axis of each operand. Write each operand's shape below its letters.",
    "truth": "if, and, or, not, max() and min() want one yes or no, and an array has many. Entry by entry there are "
    "np.where(z > 0, …, …), np.maximum, np.minimum, and & | ~ between comparisons in brackets.",
    "none": "Something there is None: the result of a function without a return, or of a method that changes its object and "
    "returns nothing (append, sort, shuffle), or something that has not been set yet.",
    "unset": "A name that a function sets anywhere is the function's own everywhere in it, and {name} has no value yet at this line. "
    "Set it first, or give one of the two another name.",
    "name": "Nothing is called {name} there. A function knows its arguments, what it has set before this line, and what the cells "
    "that were run have defined.",
    "numpy ln": "NumPy calls the natural logarithm np.log.",
    "generator lacks": "The generators that np.random.default_rng makes have no {name}. They have normal(mean, deviation, shape), "
    "random(shape), integers(low, high, shape), permutation and choice.",
    "numpy lacks": "NumPy has no {name}. Is it spelt so? What NumPy lacks is built from np.exp, np.sum, np.maximum and their like.",
    "array lacks": "A NumPy array has no {name}. Methods of PyTorch's tensors and of Python's lists do not work on it.",
    "no array": "Something is of type {kind} where an array is wanted: only arrays have .{name}. np.asarray(…) makes one.",
    "results": "Several results came together there, as a tuple. Give each a name, as in values, vectors = np.linalg.eigh(H), or take "
    "one by its number, [0].",
    "no dictionary": "Only a dictionary has keys and values, and a {kind} came. Where either may come, ask first: isinstance(…, dict).",
    "text": "Something there is a piece of text. A loop over a dictionary runs over its keys, which are text as a rule; .values() and "
    ".items() give what stands under them.",
    "class lacks": "An object of the class {kind} has no {name}. If the class is yours: is it set before it is read, with self. in front, "
    "and spelt the same in both places? If the check hands it in: it does what the task names, and no more.",
    "keyword": "NumPy's words are axis= and keepdims=; dim= and keepdim= are PyTorch's.",
    "call inside": "{inner} was called with another number of arguments than its first line names.",
    "call": "A function was called with another number of arguments than its first line names. "
    "Is the first line of {exercise} still the task's?",
    "axis": "Axes are counted from 0, and this array has {axes}. Has one been summed or indexed away? The last is always axis=-1.",
    "too many indices": "The array has fewer axes than the {given} indices that were given. Has one been summed or indexed away?",
    "scalar": "A single number has no entries. Has it been indexed or summed already?",
    "tuple": "A tuple cannot be changed, neither in length nor entry by entry. A list or an array can.",
    "index": "Axis {axis} has {size} places, numbered from 0. Does a loop run one step too far, or are two axes exchanged?",
    "key": "The dictionary has no key {name}. Is it spelt so, is an f in front of the quotation marks where {{…}} is to be filled in, and "
    "does the counting begin and end where the names do?",
    "list index": "Places are numbered from 0, so the last is one less than the length. Does a loop run one step too far?",
    "list grows": "A list has no such place to write to, and does not grow when it is written to: append to it, or make an array of "
    "the full length first, as with np.zeros(n).",
    "tuple index": "A tuple has fewer places than that. If it is a shape, the array has fewer axes: X.shape[1] is there only where X has "
    "two.",
    "list of lists": "C[i, j] is for arrays; in a list of lists the entry is C[i][j]. np.array(C) makes an array of it.",
    "index kind": "An index has to be a whole number, or an array of whole numbers or of truth values: .astype(int) makes one of "
    "floats. A list takes no arrays as indices; np.array(list) does.",
    "array for a number": "An array stands where one whole number is wanted: as the index of a list, or as an axis. np.max(0, z) and "
    "np.concatenate(a, b) take their second argument for an axis; what is meant is np.maximum(0, z) and np.concatenate((a, b)).",
    "index together": "Arrays that index two axes go through them together, pair by pair, so they have to be equally long: "
    "Z[np.arange(N), y] takes from every row its own column.",
    "empty": "What is empty has no smallest and no largest entry. Is a slice empty there, as v[:-3] is while v has no more than "
    "three entries?",
    "matrix": "A matrix is wanted there, an array with two axes. Is a pair of brackets missing, as in np.array([[1, 2], [3, 4]]), or has an "
    "axis been indexed away?",
    "square": "Only a square matrix has eigenvalues, an inverse or a determinant. Is a product such as X.T @ X meant?",
    "mask on one side": "As many values have to stand right of the = as the mask lets through. The same mask belongs on both sides, "
    "a[m] = f(z[m]); or choose entry by entry: np.where(m, …, …).",
    "mask": "A mask has to have the shape of what it masks, or of its first axes.",
    "axes": "One whole number was wanted there, and a {kind} came. Several axes are given as a tuple: axis=(0, 1), or "
    "axis=tuple(…). A loop over the entries of a list counts with range(len(…)).",
    "whole": "A size or a number of steps has to be a whole number: // in place of /, len() or .shape gives one. So has an axis, the "
    "second argument of np.sum and np.max.",
    "dictionary": "A dictionary does not calculate. Go through its keys: {{k: a[k] + b[k] for k in a}}, or sum(… for k in a).",
    "no range": "A single number cannot be gone through. Is range(…) missing, or has something been summed or indexed already?",
    "tuple of one": "A number and a tuple do not add. A tuple of one needs a comma, (1,), and joins with another; to add a number to every "
    "entry, make an array first, np.array(…).",
    "joined kinds": "+ joins a list to a list and a tuple to a tuple: list(a) or tuple(a) turns one into the other, and a tuple of one is "
    "(1,).",
    "list": "Lists and tuples do not calculate entry by entry; np.array(…) makes an array that does. Or was a function that returns "
    "several results used as if it returned one?",
    "compared": "A list or a tuple is compared with something else there. Is one of its entries meant, such as the last, [-1], or its "
    "length, len(…)?",
    "power": "^ is no power in Python: it combines the bits of whole numbers. A power is written **, as in E**2.",
    "brackets": "A function stands where its result is wanted: the brackets with its arguments are missing.",
    "unpack": "{names} values were to be taken out of what came, and it holds {values}. Does a return leave one out? (A matrix's shape "
    "holds two numbers, a vector's one.)",
    "unpack more": "{names} values were to be taken out of what came, and it holds more. Does a return hand over too much? (A matrix's "
    "shape holds two numbers, a stack of matrices' three.)",
    "unpack one": "Several values were to be taken out of what came, and it is a single one. Does a return leave something out?",
    "reshape": "{size} numbers do not fill the shape {shape}. A -1 in one place lets NumPy work that one out.",
    "read only": "This array must not be written to. Work on a copy, .copy(), or make a new one.",
    "cast": "The array holds whole numbers, and fractions cannot be written into it in place. Make it of floats, as np.zeros does, or "
    "write a = a + … for a += ….",
    "recursion": "The function calls itself without end, or deeper than Python allows. In which case does it not call itself?",
    "invert": "~ is the not of truth values, entry by entry: compare first, ~(x == 1). For numbers that are 0 or 1 write 1 - x.",
    "not a function": "A value stands where a function is called. Is a * missing before the bracket, are square brackets meant, or has "
    "a variable taken the name of a function?",
    "joining": "Arrays that are joined have to agree in the number of axes, and in all of them but the one along which they are joined.",
    "rows apart": "np.array takes all the rows as one argument: np.array([[1, 2], [3, 4]]), with two pairs of brackets.",
    "data type": "A shape is one argument, with brackets of its own: np.zeros((3, 4)), rng.normal(0, 1, (3, 4)).",
    "zero": "Python's own numbers, unlike NumPy's, stop at a division by zero. What can be 0 here?",
    "domain": "That was the logarithm of a number that is not positive, or the root of a negative one.",
    "range": "An exponential became larger than a float can be; exp(710) is too large already. Look for the form that never takes "
    "the exponential of a large positive number.",
    "not recorded": "Nothing between the parameters and this tensor was recorded. Is requires_grad missing, or was the way cut by "
    "detach(), item(), numpy() or no_grad()?",
    "backward twice": "backward() frees the graph it went through. Compute the loss anew before each backward(), and detach() what "
    "is carried over from the step before.",
    "backward scalar": "backward() starts at one number. Take the mean or the sum of the losses first.",
    "leaf": "A parameter was changed in place while autograd was recording. Put the update under torch.no_grad().",
    "overwritten": "Something that the backward pass still needs was written over: use z = z + … in place of z += ….",
    "to numpy": "A tensor that autograd follows gives its numbers by .detach().numpy().",
    "tensor type": "PyTorch does not mix float32 and float64 in one product. Bring both to one dtype.",
}


DONE = {"sum": "summed", "mean": "averaged"}
ALL_AXES = "all axes"
