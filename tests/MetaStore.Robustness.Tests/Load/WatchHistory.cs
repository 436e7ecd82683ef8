using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>One watch and all events it received.</summary>
internal sealed class WatchHistory((string Key, string End) range, MetaStoreClient client)
{
    private readonly List<WatchEventRecord> _events = [];
    private volatile bool _isCreated;
    private int _count;

    /// <summary>Whether the server has confirmed the watch.</summary>
    public bool IsCreated => _isCreated;

    /// <summary>Events so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Responses so far.</summary>
    public int Responses { get; private set; }

    /// <summary>The events received; only after the watch has ended.</summary>
    public IReadOnlyList<WatchEventRecord> Events => _events;

    /// <summary>Overlapping ranges: all keys, prefixes of one and of two digits, and single keys.</summary>
    public static (string Key, string End) RangeOf(int number) => (number % 10) switch
    {
        0 => ("", "\0"),
        < 5 => ($"k{number % 7}", $"k{(number % 7) + 1}"),
        < 8 => ($"k{number % 10}{number / 10 % 10}", $"k{number % 10}{(char)('0' + (number / 10 % 10) + 1)}"),
        _ => ($"k{number % 1000:000}", ""),
    };

    /// <summary>All events up to a revision, from the history of one member.</summary>
    public static async Task<List<WatchEventRecord>> LogAsync(MetaStoreClient client, long revision)
    {
        var log = new List<WatchEventRecord>();
        await foreach (var response in client.Watch.WatchAsync(Request("", "\0", start: 2)))
        {
            Keep(response, log);
            if (log.Count > 0 && log[^1].Revision >= revision)
            {
                break;
            }
        }

        return log;
    }

    /// <summary>The events of a log that this watch should have received.</summary>
    public List<WatchEventRecord> Of(IReadOnlyList<WatchEventRecord> log) => [.. log.Where(record =>
        range.End switch
        {
            "" => record.Key == range.Key,
            "\0" => true,
            _ => string.CompareOrdinal(record.Key, range.Key) >= 0 && string.CompareOrdinal(record.Key, range.End) < 0,
        })];

    /// <summary>Watches until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var response in client.Watch.WatchAsync(Request(range.Key, range.End), stop))
            {
                _isCreated = true;
                Responses++;
                Keep(response, _events);
                Volatile.Write(ref _count, _events.Count);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The test has ended.
        }
    }

    private static WatchCreateRequest Request(string key, string end, long start = 0) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        RangeEnd = ByteString.CopyFromUtf8(end),
        StartRevision = start,
    };

    private static void Keep(WatchResponse response, List<WatchEventRecord> target) => target.AddRange(response.Events.Select(change =>
        new WatchEventRecord(change.Kv.ModRevision, change.Kv.Key.ToStringUtf8(), change.Kv.Value.Length > 100 ? "" : change.Kv.Value.ToStringUtf8())));
}
