using System.Buffers;

namespace MetaStore.Server.Gateway.Json;

/// <summary>Incremental scanner that finds the end of a JSON value, reads each byte once, and describes the first invalid byte.</summary>
/// <remarks>
/// The grammar is RFC 8259's. Depth limit and error texts are those of Go's encoding/json, which etcd's gateway uses. Nothing is recursive, so
/// nesting costs one bit per level.
/// </remarks>
internal sealed class JsonScanner
{
    /// <summary>Maximum nesting depth of arrays and objects.</summary>
    public const int MaxDepth = 10_000;

    private static readonly SearchValues<byte> EndsOfPlainText = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private readonly List<bool> _isObject = [];
    private State _state;
    private string _literal = "";
    private int _at;

    /// <summary>Result of scanning a byte.</summary>
    public enum Step
    {
        /// <summary>The value continues, or has not started.</summary>
        More,

        /// <summary>The last byte of the value.</summary>
        Last,

        /// <summary>White space after a value that ended with the byte before.</summary>
        After,

        /// <summary>The byte is invalid; see <see cref="Error"/>.</summary>
        Wrong,
    }

    private enum State
    {
        Value,
        ValueOrEnd,
        KeyOrEnd,
        Key,
        AfterKey,
        AfterValue,
        Top,
        Text,
        Escape,
        Hex,
        Literal,
        Minus,
        Zero,
        Digits,
        Point,
        Fraction,
        Exponent,
        ExponentSign,
        ExponentDigits,
    }

    /// <summary>The error; empty before <see cref="Step.Wrong"/>.</summary>
    public string Error { get; private set; } = "";

    /// <summary>True while only white space was seen.</summary>
    public bool IsBlank => _state == State.Value && _isObject.Count == 0;

    /// <summary>True when the value would be complete if the input ended here: a closed value, or a number.</summary>
    public bool IsWhole => _isObject.Count == 0 && _state is State.Top or State.Zero or State.Digits or State.Fraction or State.ExponentDigits;

    /// <summary>Starts a new value.</summary>
    public void Reset()
    {
        _state = State.Value;
        _isObject.Clear();
        Error = "";
    }

    /// <summary>Scans bytes up to the first that is not <see cref="Step.More"/>.</summary>
    /// <param name="bytes">The next bytes.</param>
    /// <param name="count">How many are <see cref="Step.More"/>.</param>
    public Step Push(ReadOnlySpan<byte> bytes, out int count)
    {
        for (count = 0; count < bytes.Length; count++)
        {
            if (_state == State.Text)
            {
                int plain = bytes[count..].IndexOfAny(EndsOfPlainText);
                count = plain < 0 ? bytes.Length : count + plain;
                if (plain < 0)
                {
                    break;
                }
            }

            Step step = Push(bytes[count]);
            if (step != Step.More)
            {
                return step;
            }
        }

        return Step.More;
    }

    /// <summary>Scans the next byte.</summary>
    public Step Push(byte next) => _state switch
    {
        State.Value => Begin(next, "looking for beginning of value"),
        State.ValueOrEnd => next == ']' ? Close(next) : Begin(next, "looking for beginning of value"),
        State.KeyOrEnd => next == '}' ? Close(next) : BeginKey(next),
        State.Key => BeginKey(next),
        State.AfterKey => IsSpace(next) ? Step.More : next == ':' ? Go(State.Value) : Refuse(next, "after object key"),
        State.AfterValue => AfterValue(next),
        State.Top => IsSpace(next) ? Step.After : Refuse(next, "after top-level value"),
        State.Text => InText(next),
        State.Escape => InEscape(next),
        State.Hex => InHex(next),
        State.Literal => InLiteral(next),
        State.Minus => next == '0' ? Go(State.Zero) : IsDigit(next) ? Go(State.Digits) : Refuse(next, "in numeric literal"),
        State.Zero => AfterInteger(next),
        State.Digits => IsDigit(next) ? Step.More : AfterInteger(next),
        State.Point => IsDigit(next) ? Go(State.Fraction) : Refuse(next, "after decimal point in numeric literal"),
        State.Fraction => IsDigit(next) ? Step.More : next is (byte)'e' or (byte)'E' ? Go(State.Exponent) : EndNumber(next),
        State.Exponent when next is (byte)'+' or (byte)'-' => Go(State.ExponentSign),
        State.Exponent or State.ExponentSign => IsDigit(next) ? Go(State.ExponentDigits) : Refuse(next, "in exponent of numeric literal"),
        _ => IsDigit(next) ? Step.More : EndNumber(next),
    };

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    private Step Go(State state)
    {
        _state = state;
        return Step.More;
    }

    private Step Begin(byte next, string where)
    {
        switch (next)
        {
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                return Step.More;
            case (byte)'{' or (byte)'[':
                if (_isObject.Count == MaxDepth)
                {
                    return Refuse(next, "exceeded max depth");
                }

                _isObject.Add(next == '{');
                return Go(next == '{' ? State.KeyOrEnd : State.ValueOrEnd);
            case (byte)'"':
                (_literal, _at) = ("", 0);
                return Go(State.Text);
            case (byte)'t' or (byte)'f' or (byte)'n':
                (_literal, _at) = (next == 't' ? "true" : next == 'f' ? "false" : "null", 1);
                return Go(State.Literal);
            case (byte)'-':
                return Go(State.Minus);
            case (byte)'0':
                return Go(State.Zero);
            default:
                return IsDigit(next) ? Go(State.Digits) : Refuse(next, where);
        }
    }

    private Step BeginKey(byte next)
    {
        if (IsSpace(next))
        {
            return Step.More;
        }

        // The literal marks the string as a key until it ends.
        (_literal, _at) = ("key", 0);
        return next == '"' ? Go(State.Text) : Refuse(next, "looking for beginning of object key string");
    }

    private Step InText(byte next) => next switch
    {
        (byte)'"' when _literal.Length > 0 => Go(State.AfterKey),
        (byte)'"' => End(),
        (byte)'\\' => Go(State.Escape),
        < 0x20 => Refuse(next, "in string literal"),
        _ => Step.More,
    };

    private Step InEscape(byte next)
    {
        if (next == 'u')
        {
            _at = 0;
            return Go(State.Hex);
        }

        return "bfnrt\\/\"".Contains((char)next, StringComparison.Ordinal) ? Go(State.Text) : Refuse(next, "in string escape code");
    }

    private Step InHex(byte next) =>
        !char.IsAsciiHexDigit((char)next) ? Refuse(next, "in \\u hexadecimal character escape") : ++_at == 4 ? Go(State.Text) : Step.More;

    private Step InLiteral(byte next)
    {
        if (next != _literal[_at])
        {
            return Refuse(next, $"in literal {_literal} (expecting '{_literal[_at]}')");
        }

        return ++_at == _literal.Length ? End() : Step.More;
    }

    private Step AfterInteger(byte next) => next switch
    {
        (byte)'.' => Go(State.Point),
        (byte)'e' or (byte)'E' => Go(State.Exponent),
        _ => EndNumber(next),
    };

    /// <summary>A number ends only with the byte after it.</summary>
    private Step EndNumber(byte next)
    {
        End();
        return Push(next);
    }

    /// <summary>A string, number or literal at the top level must be followed by white space, so the byte after it decides.</summary>
    private Step End() => Go(_isObject.Count == 0 ? State.Top : State.AfterValue);

    private Step AfterValue(byte next)
    {
        bool inObject = _isObject[^1];
        return next switch
        {
            _ when IsSpace(next) => Step.More,
            (byte)',' => Go(inObject ? State.Key : State.Value),
            (byte)'}' when inObject => Close(next),
            (byte)']' when !inObject => Close(next),
            _ => Refuse(next, inObject ? "after object key:value pair" : "after array element"),
        };
    }

    private Step Close(byte next)
    {
        if (_isObject[^1] != (next == '}'))
        {
            return Refuse(next, "looking for beginning of value");
        }

        _isObject.RemoveAt(_isObject.Count - 1);
        End();
        return _isObject.Count == 0 ? Step.Last : Step.More;
    }

    private Step Refuse(byte next, string where)
    {
        Error = $"invalid character {Quoted(next)} {where}";
        return Step.Wrong;
    }

    private static string Quoted(byte value) => value switch
    {
        (byte)'\'' => "'\\''",
        (byte)'\\' => "'\\\\'",
        (byte)'\a' => "'\\a'",
        (byte)'\b' => "'\\b'",
        (byte)'\f' => "'\\f'",
        (byte)'\n' => "'\\n'",
        (byte)'\r' => "'\\r'",
        (byte)'\t' => "'\\t'",
        (byte)'\v' => "'\\v'",
        < 0x20 or 0x7f => $"'\\x{value:x2}'",
        < 0xa1 and > 0x7f or 0xad => $"'\\u{value:x4}'",
        _ => $"'{(char)value}'",
    };
}
