using System.Text;
using System.Text.Unicode;

namespace MetaStore.StateMachine.Commands.Codec;

/// <summary>Reads the encoding of <see cref="CommandFormat"/>; byte strings come out as slices of the source, never copied.</summary>
/// <remarks>
/// Every error is a <see cref="CommandFormatException"/>: no length is used before it is compared with the bytes that are left.
/// </remarks>
internal ref struct CommandReader(ReadOnlyMemory<byte> source)
{
    private static readonly UTF8Encoding StrictText = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _source = source;
    private readonly ReadOnlySpan<byte> _span = source.Span;
    private int _position;

    private readonly int Left => _span.Length - _position;

    /// <summary>Reads kind and version; the caller has checked the kind already.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="newest">The newest version of this kind.</param>
    /// <returns>The version, from <see cref="CommandFormat.Version"/> to <paramref name="newest"/>.</returns>
    public byte Header(CommandKind kind, byte newest = CommandFormat.Version)
    {
        if (Byte() != (byte)kind)
        {
            throw Fault($"is not a {kind} command");
        }

        var version = Byte();
        return version >= CommandFormat.Version && version <= newest ? version : throw Fault($"has version {version}, this node reads {newest}");
    }

    public byte Byte() => _position < _span.Length ? _span[_position++] : throw Fault("is cut short");

    /// <summary>Reads a byte of flags of which only <paramref name="known"/> may be set.</summary>
    public byte Flags(byte known)
    {
        var flags = Byte();
        return (flags & ~known) == 0 ? flags : throw Fault($"has unknown flags 0x{flags:x2}");
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Fault("has a number longer than 64 bits");
    }

    public long Signed() => CommandFormat.UnZigZag(Varint());

    public ReadOnlyMemory<byte> Bytes()
    {
        var length = Varint();
        if (length > (ulong)Left)
        {
            throw Fault($"names {length} bytes where {Left} are left");
        }

        var slice = _source.Slice(_position, (int)length);
        _position += (int)length;
        return slice;
    }

    /// <summary>Reads the item count of a list; every item takes one byte at least.</summary>
    public int Count()
    {
        var count = Varint();
        return count <= (ulong)Math.Min(Left, CommandFormat.ListItemsMax)
            ? (int)count
            : throw Fault($"names {count} items where {Left} bytes are left");
    }

    public string Text()
    {
        try
        {
            return StrictText.GetString(Bytes().Span);
        }
        catch (DecoderFallbackException)
        {
            throw Fault("has text that is not UTF-8");
        }
    }

    /// <summary>Checks a text as <see cref="Text"/> does and makes no string of it.</summary>
    public void SkipText()
    {
        if (!Utf8.IsValid(Bytes().Span))
        {
            throw Fault("has text that is not UTF-8");
        }
    }

    public string[] Texts()
    {
        var count = Count();
        var values = count == 0 ? [] : new string[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Text();
        }

        return values;
    }

    /// <summary>Everything that is left, unread.</summary>
    public ReadOnlyMemory<byte> Rest()
    {
        var rest = _source[_position..];
        _position = _span.Length;
        return rest;
    }

    /// <summary>Reads a number of bytes without a length in front.</summary>
    public ReadOnlySpan<byte> Raw(int length)
    {
        if (length > Left)
        {
            throw Fault($"needs {length} bytes where {Left} are left");
        }

        _position += length;
        return _span.Slice(_position - length, length);
    }

    /// <summary>Asserts that nothing is left.</summary>
    public readonly void End()
    {
        if (Left != 0)
        {
            throw Fault($"has {Left} bytes too many");
        }
    }

    public readonly CommandFormatException Fault(string what)
        => new($"The command of {_span.Length} bytes {what} (at byte {_position}).");
}
