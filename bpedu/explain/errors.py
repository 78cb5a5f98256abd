"""What an error of Python's, NumPy's or PyTorch's is about, told from its message: a key of the sentences in `bpedu.feedback`.

A message that is not recognised, for example of another version, gets no sentence.
"""

import re

# In this order: the first that fits is taken. Named groups fill in the sentence.
MESSAGES = [(key, re.compile(pattern)) for key, pattern in (
    ("broadcast to", r"and requested shape \(|input operand has more dimensions than allowed by the axis remapping"),
    ("einsum length", r"operands could not be broadcast together with remapped shapes"),
    ("column", r"could not be broadcast together with shapes \((?P<n>\d+),(?P<k>\d+)\) \((?P=n),\)"),
    ("column", r"could not be broadcast together with shapes \((?P<n>\d+),\) \((?P=n),(?P<k>\d+)\)"),
    ("index together", r"indexing arrays could not be broadcast together"),
    ("broadcast", r"could not be broadcast together with shapes|size of tensor a \(\d+\) must match the size of tensor b"),
    ("grow", r"non-broadcastable output operand with shape (?P<kept>\(.*?\)) doesn't match the broadcast shape (?P<came>\(.*?\))"),
    ("assign", r"could not broadcast input array from shape (?P<came>\(.*?\)) into shape (?P<place>\(.*?\))"),
    ("one number", r"setting an array element with a sequence\.?$|only (?:0-dimensional|length-1) arrays can be converted|doesn't define __round__"),
    ("ragged", r"inhomogeneous shape"),
    ("matmul", r"matmul: .*\(size (?P<second>\d+) is different from (?P<first>\d+)\)"),
    ("matmul", r"not aligned: (?P<first>\d+) \(dim \d+\) != (?P<second>\d+) \(dim \d+\)"),
    ("matmul", r"mat1 and mat2 shapes cannot be multiplied \(\d+x(?P<first>\d+) and (?P<second>\d+)x\d+\)"),
    ("matmul scalar", r"matmul: Input operand . does not have enough dimensions"),
    ("einsum letters", r"einstein sum subscripts|subscripts given in einstein sum"),
    ("truth", r"truth value of an array"),
    ("none", r"'NoneType' (?:object|and)|and 'NoneType'|non-iterable NoneType|of type NoneType"),
    ("unset", r"cannot access (?:local|free) variable '(?P<name>\w+)'"),
    ("name", r"NameError: name '(?P<name>\w+)' is not defined"),
    ("numpy lacks", r"module 'numpy(?:\.\w+)?' has no attribute '(?P<name>\w+)'"),
    ("array lacks", r"'numpy\.(?:ndarray|float64|int64)' object has no attribute '(?P<name>\w+)'"),
    ("no array", r"'(?P<kind>int|float|list|tuple)' object has no attribute '(?P<name>T|shape|size|ndim|sum|mean|max|min|argmax|argmin|any|all|std|dot|copy|astype|reshape|ravel|flatten)'"),
    ("results", r"'(?:\w+Result|tuple)' object has no attribute"),
    ("text", r"'str' object has no attribute '(?:T|shape|size|ndim|copy|items|keys|values|astype)'|string indices must be integers"),
    ("stand-in lacks", r"'(?:Tensor|Context|Model|Loss|Optimizer|Output|Value|Variable|GradientTape|SimpleNN)' object has no attribute '(?P<name>\w+)'"),
    ("class lacks", r"'(?P<kind>[A-Z]\w*)' object has no attribute '(?P<name>\w+)'"),
    ("keyword", r"got an unexpected keyword argument '(?:dim|keepdim)'"),
    ("call inside", r"<locals>\.(?P<inner>\w+)\(\) (?:takes|missing)"),
    ("call", r"takes (?:no|\d+|from \d+ to \d+) (?:positional )?arguments?|missing \d+ required positional"),
    ("axis", r"axis -?\d+ is out of bounds for array of dimension (?P<axes>\d+)"),
    ("too many indices", r"too many indices for array: array is \d+-dimensional, but (?P<given>\d+) were indexed"),
    ("scalar", r"invalid index to scalar variable|'(?:float|int|numpy\.float64)' object (?:is not (?:subscriptable|iterable)|does not support item assignment)"),
    ("tuple", r"'tuple' object does not support item assignment"),
    ("scalar", r"object of type '(?:float|int|numpy\.(?:float64|int64))' has no len|iteration over a 0-d array|len\(\) of unsized object"),
    ("index", r"index -?\d+ is out of bounds for axis (?P<axis>\d+) with size (?P<size>\d+)"),
    ("key", r"KeyError: (?P<name>.+)"),
    ("list index", r"(?:list|tuple) index out of range"),
    ("list grows", r"list assignment index out of range"),
    ("index kind", r"only integers, slices|(?:slice|list|tuple) indices must be integers"),
    ("index kind", r"arrays used as indices must be of integer|only integer scalar arrays can be converted to a scalar index"),
    ("empty", r"arg is an empty sequence|iterable argument is empty|zero-size array to reduction|of an empty sequence"),
    ("square", r"Last 2 dimensions of the array must be square"),
    ("mask", r"boolean index did not match indexed array"),
    ("axes", r"'(?P<kind>list|tuple|range|generator)' object cannot be interpreted as an integer"),
    ("whole", r"'(?:float|numpy\.float64)' object cannot be interpreted as an integer|expected a sequence of integers or a single integer"),
    ("list", r"can't multiply sequence by non-int|bad operand type for unary -: '(?:list|tuple)'|can only concatenate (?:list|tuple)"),
    ("list", r"unsupported operand type\(s\) for [^:]+: (?:'(?:list|tuple)' and|'[\w.]+' and '(?:list|tuple)')"),
    ("compared", r"not supported between instances of (?:'(?:list|tuple)' and|'[\w.]+' and '(?:list|tuple)')"),
    ("power", r"ufunc 'bitwise_xor' not supported|unsupported operand type\(s\) for \^=?:"),
    ("brackets", r"'(?:numpy\.ufunc|function|method|builtin_function_or_method)' (?:and|object is not subscriptable)"),
    ("brackets", r"and '(?:numpy\.ufunc|function|method|builtin_function_or_method)'"),
    ("unpack", r"not enough values to unpack \(expected (?P<names>\d+), got (?P<values>\d+)\)"),
    ("unpack more", r"too many values to unpack \(expected (?P<names>\d+)"),
    ("unpack one", r"cannot unpack non-iterable"),
    ("reshape", r"cannot reshape array of size (?P<size>\d+) into shape (?P<shape>\(.*?\))"),
    ("read only", r"(?:assignment destination|output array) is read-only"),
    ("cast", r"Cannot cast ufunc .* output from dtype\('(?:float|complex)\w+'\) to dtype\('u?int\w+'\)"),
    ("recursion", r"RecursionError"),
    ("not a function", r"'(?:numpy\.\w+|tuple|list|dict|float|int)' object is not callable"),
    ("joining", r"all (?:the )?input array"),
    ("data type", r"Cannot interpret '.*' as a data type"),
    ("zero", r"ZeroDivisionError"),
    ("domain", r"math domain error|expected a positive input|expected a nonnegative input"),
    ("range", r"OverflowError: math range error"),
    ("not recorded", r"does not require grad and does not have a grad_fn"),
    ("backward twice", r"backward through the graph a second time"),
    ("backward scalar", r"grad can be implicitly created only for scalar outputs"),
    ("leaf", r"a leaf Variable that requires grad is being used in an in-place operation"),
    ("overwritten", r"needed for gradient computation has been modified by an inplace operation"),
    ("to numpy", r"Can't call numpy\(\) on Tensor that requires grad"),
    ("tensor type", r"(?:must have|to have) the same dtype|expected scalar type \w+ but found \w+|expected m1 and m2"),
)]  # fmt: skip


def about(error: str) -> tuple[str, dict] | None:
    """(key, what its sentence mentions) for the message of an error, "ValueError: …"; None where it is not known."""
    for key, pattern in MESSAGES:
        if found := pattern.search(error):
            return key, found.groupdict()
    return None
