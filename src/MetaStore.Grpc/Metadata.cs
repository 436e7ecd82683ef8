using System.Collections;

namespace MetaStore.Grpc;

/// <summary>
/// Name-value pairs sent before (headers) or after (trailers) the messages of a call, in order; a name may repeat.
/// Not safe for concurrent writers.
/// </summary>
public sealed class Metadata : IEnumerable<MetadataEntry>
{
    /// <summary>No pairs. Must not be added to; adding throws.</summary>
    public static readonly Metadata Empty = new(readOnly: true);

    private readonly List<MetadataEntry> _entries = [];
    private readonly bool _readOnly;

    /// <summary>Makes an empty collection.</summary>
    public Metadata()
    {
    }

    private Metadata(bool readOnly)
    {
        _readOnly = readOnly;
    }

    /// <summary>Number of pairs.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds a text pair.</summary>
    /// <param name="key">Lower-case letters, digits, <c>_ - .</c>; must not end in <c>-bin</c>.</param>
    /// <param name="value">Printable ASCII.</param>
    /// <exception cref="ArgumentException">The name or value cannot travel in an HTTP/2 header.</exception>
    public void Add(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        CheckKey(key, binary: false);
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new ArgumentException($"metadata value of '{key}' is not printable ASCII", nameof(value));
        }

        _entries.Add(new MetadataEntry(key, value, null));
    }

    /// <summary>Adds a binary pair; the name must end in <c>-bin</c>. The array is held, not copied.</summary>
    /// <exception cref="ArgumentException">The name cannot travel in an HTTP/2 header or lacks the suffix.</exception>
    public void Add(string key, byte[] value)
    {
        ArgumentNullException.ThrowIfNull(value);
        CheckKey(key, binary: true);
        _entries.Add(new MetadataEntry(key, null, value));
    }

    /// <summary>The first text value of a name, or null.</summary>
    public string? Get(string key) => Find(key).Text;

    /// <summary>The first binary value of a name, or null.</summary>
    public byte[]? GetBinary(string key) => Find(key).Binary;

    /// <inheritdoc/>
    public IEnumerator<MetadataEntry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void AddUnchecked(MetadataEntry entry) => _entries.Add(entry);

    internal void Clear() => _entries.Clear();

    private MetadataEntry Find(string key)
    {
        foreach (var entry in _entries)
        {
            if (string.Equals(entry.Key, key, StringComparison.Ordinal))
            {
                return entry;
            }
        }

        return default;
    }

    private void CheckKey(string key, bool binary)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (_readOnly)
        {
            throw new InvalidOperationException("this metadata is shared and read-only");
        }

        foreach (var c in key)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.'))
            {
                throw new ArgumentException($"metadata name '{key}' has a character outside 0-9a-z-_.", nameof(key));
            }
        }

        if (key.EndsWith(MetadataEntry.BinarySuffix, StringComparison.Ordinal) != binary)
        {
            throw new ArgumentException($"metadata name '{key}': names of binary values, and only these, end in -bin", nameof(key));
        }
    }
}
