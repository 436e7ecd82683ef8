using System.Text;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;
using FilterType = MetaStore.Protocol.Etcd.WatchCreateRequest.Types.FilterType;

namespace MetaStore.Simulation.Clients;

/// <summary>Random watch requests: single keys and ranges, from now, from the past, from the compacted revision, from the future.</summary>
internal sealed class WatchDraws(SimCluster cluster, SimRandom random)
{
    /// <summary>A new watch for a stream to a node.</summary>
    public WatchRecord Next(SimProcess process)
    {
        long head = cluster.HighestRevision;
        (string key, string end) = random.Next(4) switch
        {
            0 => ("\0", "\0"),
            1 => ("k", "l"),
            2 => ("l", "m"),
            _ => ($"k{random.Next(cluster.Swarm.Keys)}", string.Empty),
        };
        return new WatchRecord
        {
            Key = key,
            RangeEnd = end,
            PrevKv = random.Chance(0.4),
            NoPut = random.Chance(0.1),
            NoDelete = random.Chance(0.1),
            Start = random.Next(10) switch
            {
                < 3 => 0,
                < 6 => Math.Max(1, head - random.Next(30)),
                < 8 => Math.Max(1, process.State.Reader.CompactedRevision),
                8 => Math.Max(1, head + random.Between(-1, 1)),
                _ => head + random.Between(1, 20),
            },
        };
    }

    /// <summary>The same watch from another revision.</summary>
    public static WatchRecord Again(WatchRecord watch, long start) => new()
    {
        Key = watch.Key,
        RangeEnd = watch.RangeEnd,
        PrevKv = watch.PrevKv,
        NoPut = watch.NoPut,
        NoDelete = watch.NoDelete,
        Start = start,
    };

    /// <summary>The request message.</summary>
    public static WatchCreateRequest Request(WatchRecord watch, bool fragments, bool notifies)
    {
        var request = new WatchCreateRequest
        {
            Key = ByteString.CopyFrom(watch.Key, Encoding.Latin1),
            RangeEnd = ByteString.CopyFrom(watch.RangeEnd, Encoding.Latin1),
            StartRevision = watch.Start,
            PrevKv = watch.PrevKv,
            Fragment = fragments,
            ProgressNotify = notifies,
        };
        if (watch.NoPut)
        {
            request.Filters.Add(FilterType.Noput);
        }

        if (watch.NoDelete)
        {
            request.Filters.Add(FilterType.Nodelete);
        }

        return request;
    }
}
