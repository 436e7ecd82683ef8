using System.Diagnostics;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client;

namespace MetaStore.Bench.Ranges;

/// <summary>A client that reads what <see cref="Bulk.BulkLoader"/> wrote.</summary>
internal sealed class RangeReading(Uri endpoint) : IDisposable
{
    public const int PageKeys = 5000;
    private const int Calls = 21;

    private static readonly ByteString First = ByteString.CopyFromUtf8("metaload/");
    private static readonly ByteString End = ByteString.CopyFromUtf8("metaload0");

    private readonly MetaStoreClient _client = new(new MetaStoreClientOptions { Endpoints = [endpoint], CommandTimeout = TimeSpan.FromMinutes(10) });

    /// <summary>Median milliseconds of a linearizable range over all keys.</summary>
    public async Task<double> MedianAsync(long limit, bool countOnly)
    {
        var times = new List<double>();
        for (var i = 0; i < Calls; i++)
        {
            var clock = Stopwatch.StartNew();
            await _client.Kv.RangeAsync(new RangeRequest { Key = First, RangeEnd = End, Limit = limit, CountOnly = countOnly });
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        return times.Order().ElementAt(Calls / 2);
    }

    /// <summary>Reads everything in pages at one revision, as Kubernetes lists.</summary>
    public async Task ReadPagesAsync(long expected)
    {
        var request = new RangeRequest { Key = First, RangeEnd = End, Limit = PageKeys };
        long seen = 0;
        for (var more = true; more;)
        {
            var page = await _client.Kv.RangeAsync(request);
            seen += page.Kvs.Count;
            more = page.More;
            request.Revision = request.Revision == 0 ? page.Header.Revision : request.Revision;
            request.Key = ByteString.CopyFrom([.. page.Kvs[^1].Key.Span, 0]);
        }

        Expect(seen, expected);
    }

    /// <summary>Whether the server has RangeStream.</summary>
    public async Task<bool> CanStreamAsync()
    {
        try
        {
            return await _client.Kv.RangeStreamAsync(new RangeRequest { Key = First }).AnyAsync();
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.Unimplemented)
        {
            return false;
        }
    }

    /// <summary>Reads everything as one stream.</summary>
    public async Task ReadStreamAsync(long expected)
    {
        long seen = 0;
        await foreach (var part in _client.Kv.RangeStreamAsync(new RangeRequest { Key = First, RangeEnd = End }))
        {
            seen += part.Kvs.Count;
        }

        Expect(seen, expected);
    }

    public void Dispose() => _client.Dispose();

    private static void Expect(long seen, long expected)
    {
        if (seen != expected)
        {
            throw new InvalidOperationException($"read {seen} of {expected} keys");
        }
    }
}
