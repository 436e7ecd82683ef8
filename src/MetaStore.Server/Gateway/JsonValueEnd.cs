using System.Buffers;

namespace MetaStore.Server.Gateway;

/// <summary>Finds where a JSON value ends while its bytes still come, looking at each byte once.</summary>
/// <remarks>Of objects, arrays and strings; of other values the end is never found. It knows brackets and strings, not whether the text is JSON.</remarks>
internal struct JsonValueEnd
{
    private long _seen;
    private int _depth;
    private bool _inString;
    private bool _isEscaped;

    /// <summary>True when the value is there to its last byte.</summary>
    /// <param name="buffer">From the first byte of the value on, at least what it was last time.</param>
    public bool IsIn(in ReadOnlySequence<byte> buffer)
    {
        foreach (ReadOnlyMemory<byte> part in buffer.Slice(_seen))
        {
            foreach (byte value in part.Span)
            {
                _seen++;
                if (Ends(value))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool Ends(byte value)
    {
        if (_inString)
        {
            bool closes = !_isEscaped && value == '"';
            _isEscaped = !_isEscaped && value == '\\';
            _inString = !closes;
            return closes && _depth == 0;
        }

        switch (value)
        {
            case (byte)'"':
                _inString = true;
                return false;
            case (byte)'{' or (byte)'[':
                _depth++;
                return false;
            case (byte)'}' or (byte)']':
                return --_depth == 0;
            default:
                return false;
        }
    }
}
