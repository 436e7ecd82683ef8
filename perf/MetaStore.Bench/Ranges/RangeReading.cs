using System.Diagnostics;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;

namespace MetaStore.Bench.Ranges;

/// <summary>One client that reads what <see cref="Bulk.BulkLoader"/> wrote.</summary>
internal sealed class RangeReading(Uri endpoint) : IDisposable
{
    public const int PageKeys = 5000;
    private const int Calls = 21;

    private static readonly Method<RangeRequest, RangeResponse> Range = new(EtcdServices.KV, "Range");
    private static readonly Method<RangeRequest, RangeStreamResponse> RangeStream = new(EtcdServices.KV, "RangeStream");
    private static readonly ByteString First = ByteString.CopyFromUtf8("metaload/");
    private static readonly ByteString End = ByteString.CopyFromUtf8("metaload0");

    private readonly GrpcChannel _channel = new(endpoint);

    /// <summary>Median milliseconds of a linearizable range over all keys.</summary>
    public async Task<double> MedianAsync(long limit, bool countOnly)
    {
        var times = new List<double>();
        for (var i = 0; i < Calls; i++)
        {
            var clock = Stopwatch.StartNew();
            await _channel.UnaryAsync(Range, new RangeRequest { Key = First, RangeEnd = End, Limit = limit, CountOnly = countOnly });
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
            var page = await _channel.UnaryAsync(Range, request);
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
            await using var call = _channel.ServerStreaming(RangeStream, new RangeRequest { Key = First });
            return await call.ReadAsync() is not null;
        }
        catch (RpcException refused) when (refused.Status.Code == StatusCode.Unimplemented)
        {
            return false;
        }
    }

    /// <summary>Reads everything as one stream.</summary>
    public async Task ReadStreamAsync(long expected)
    {
        await using var call = _channel.ServerStreaming(RangeStream, new RangeRequest { Key = First, RangeEnd = End });
        long seen = 0;
        await foreach (var message in call.ReadAllAsync())
        {
            seen += message.RangeResponse.Kvs.Count;
        }

        Expect(seen, expected);
    }

    public void Dispose() => _channel.Dispose();

    private static void Expect(long seen, long expected)
    {
        if (seen != expected)
        {
            throw new InvalidOperationException($"read {seen} of {expected} keys");
        }
    }
}
