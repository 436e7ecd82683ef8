using System.Buffers.Binary;

namespace MetaStore.Bolt.Writing;

/// <summary>The elements of a page that is being filled.</summary>
/// <remarks>Elements and data are collected separately and joined when the page is complete, because the data begins after the last element.</remarks>
/// <param name="kind">Branch or leaf.</param>
/// <param name="pageBytes">Bytes of a page.</param>
internal sealed class PageBuffer(PageKind kind, int pageBytes)
{
    private readonly List<Element> _elements = [];
    private byte[] _data = new byte[pageBytes];
    private byte[] _page = new byte[pageBytes];
    private int _length;

    public int Count => _elements.Count;

    private int Size => BoltFormat.HeaderBytes + (_elements.Count * BoltFormat.ElementBytes) + _length;

    /// <summary>First key; only when there is an element.</summary>
    public ReadOnlySpan<byte> FirstKey => _data.AsSpan(0, _elements[0].KeyBytes);

    /// <summary>Key of the last element; only when there is one.</summary>
    public ReadOnlySpan<byte> LastKey => _data.AsSpan(LastAt, _elements[^1].KeyBytes);

    private int LastAt => _length - _elements[^1].KeyBytes - _elements[^1].ValueBytes;

    /// <summary>True when one more element does not need another page. The first one always fits: the page then overflows.</summary>
    public bool Fits(int keyBytes, int valueBytes) =>
        Count == 0 || (long)Size + BoltFormat.ElementBytes + keyBytes + valueBytes <= pageBytes;

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong childOrFlags)
    {
        var needed = checked(_length + key.Length + value.Length);
        if (_data.Length < needed)
        {
            Array.Resize(ref _data, needed);
        }

        key.CopyTo(_data.AsSpan(_length));
        value.CopyTo(_data.AsSpan(_length + key.Length));
        _length = needed;
        _elements.Add(new Element(key.Length, value.Length, childOrFlags));
    }

    /// <summary>Removes the last element.</summary>
    /// <returns>Its key, and what was given with it.</returns>
    public (byte[] Key, ulong ChildOrFlags) TakeLast()
    {
        var last = (LastKey.ToArray(), _elements[^1].ChildOrFlags);
        _length = LastAt;
        _elements.RemoveAt(_elements.Count - 1);
        return last;
    }

    /// <summary>Writes the page and begins the next one.</summary>
    public ulong Flush(PageSink sink)
    {
        var size = Size;
        if (_page.Length < size)
        {
            _page = new byte[size];
        }

        var data = size - _length;
        var position = data;
        for (var i = 0; i < _elements.Count; i++)
        {
            var at = BoltFormat.HeaderBytes + (i * BoltFormat.ElementBytes);
            Write(_page.AsSpan(at, BoltFormat.ElementBytes), _elements[i], (uint)(position - at));
            position += _elements[i].KeyBytes + _elements[i].ValueBytes;
        }

        _data.AsSpan(0, _length).CopyTo(_page.AsSpan(data));
        var id = sink.Write(kind, _elements.Count, _page.AsSpan(0, size));
        _elements.Clear();
        _length = 0;
        return id;
    }

    private void Write(Span<byte> target, Element element, uint position)
    {
        if (kind == PageKind.Branch)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, position);
            BinaryPrimitives.WriteInt32LittleEndian(target[4..], element.KeyBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(target[8..], element.ChildOrFlags);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)element.ChildOrFlags);
            BinaryPrimitives.WriteUInt32LittleEndian(target[4..], position);
            BinaryPrimitives.WriteInt32LittleEndian(target[8..], element.KeyBytes);
            BinaryPrimitives.WriteInt32LittleEndian(target[12..], element.ValueBytes);
        }
    }

    private readonly record struct Element(int KeyBytes, int ValueBytes, ulong ChildOrFlags);
}
