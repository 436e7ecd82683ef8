using System.Text;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Traffic;

/// <summary>Counts changes by prefix. Thread-safe.</summary>
/// <param name="separator">Ends each part of a key.</param>
/// <param name="depth">Parts of a key that make a prefix; at least 1. A separator at the start of a key makes no part of its own.</param>
/// <param name="most">Prefixes that are counted apart; the changes of further ones are counted together.</param>
internal sealed class TrafficCounter(byte separator, int depth, int most)
{
    /// <summary>Stands for the prefixes that are counted together.</summary>
    public const string Others = "(others)";

    private readonly Lock _gate = new();
    private Dictionary<string, PrefixTraffic> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts a change.</summary>
    public void Add(Event change)
    {
        var prefix = PrefixOf(change.Kv.Key.Span);
        long bytes = change.Kv.Key.Length + change.Kv.Value.Length;
        lock (_gate)
        {
            var name = _counts.Count < most || _counts.ContainsKey(prefix) ? prefix : Others;
            var before = _counts.GetValueOrDefault(name) ?? new PrefixTraffic(name, 0, 0, 0, 0);
            _counts[name] = change.Type == Event.Types.EventType.Put
                ? before with { Puts = before.Puts + 1, Bytes = before.Bytes + bytes, Largest = Math.Max(before.Largest, bytes) }
                : before with { Deletes = before.Deletes + 1 };
        }
    }

    /// <summary>What was counted since the last call, most changes first.</summary>
    public IReadOnlyList<PrefixTraffic> Take()
    {
        lock (_gate)
        {
            var counted = _counts;
            _counts = new(StringComparer.Ordinal);
            return [.. counted.Values.OrderByDescending(traffic => traffic.Changes).ThenBy(traffic => traffic.Prefix, StringComparer.Ordinal)];
        }
    }

    private string PrefixOf(ReadOnlySpan<byte> key)
    {
        var (end, parts) = (0, 0);
        while (end < key.Length && parts < depth)
        {
            var isEnd = key[end] == separator && end > 0;
            end++;
            parts += isEnd ? 1 : 0;
        }

        return parts < depth && end == key.Length && key.LastIndexOf(separator) is var last && last >= 0 && last < key.Length - 1
            ? Encoding.UTF8.GetString(key[..(last + 1)])
            : Encoding.UTF8.GetString(key[..end]);
    }
}
