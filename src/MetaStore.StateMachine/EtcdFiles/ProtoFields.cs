using System.Text;

namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>Reads the fields of a protobuf message in their order. After <see cref="MoveNext"/> gives false, <see cref="IsWhole"/> says why.</summary>
internal ref struct ProtoFields(ReadOnlySpan<byte> message)
{
    private const int Varint = 0;
    private const int Delimited = 2;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field.</summary>
    public int Field { get; private set; }

    /// <summary>Value of a number; 0 for other fields.</summary>
    public ulong Number { get; private set; }

    /// <summary>Bytes of a text, byte string or message; empty for numbers.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The message was read up to its end.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Bytes as text; null when they are not UTF-8.</summary>
    public readonly string? Text
    {
        get
        {
            try
            {
                return Strict.GetString(Bytes);
            }
            catch (DecoderFallbackException)
            {
                return null;
            }
        }
    }

    /// <summary>Reads the next field of a wire type that etcd's records use.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        Number = 0;
        Bytes = default;
        IsWhole = false;
        if (!TryVarint(out var tag) || tag >> 3 is 0 or > 1000 || !TryVarint(out var number))
        {
            return false;
        }

        Field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case Varint:
                Number = number;
                break;
            case Delimited when number <= (ulong)_rest.Length:
                Bytes = _rest[..(int)number];
                _rest = _rest[(int)number..];
                break;
            default:
                return false;
        }

        IsWhole = true;
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
