using MetaStore.Protocol.Etcd;
using Grpc.Core;

namespace MetaStore.Server.Leases;

/// <summary>The answers to a batch of renewals on their way out: gathered into one write, but never held back while something is waited for.</summary>
/// <remarks>The newest one is kept until the next comes or <see cref="FlushAsync"/> is called; whoever is about to wait calls it.</remarks>
internal sealed class KeepAliveResponses(IServerStreamWriter<LeaseKeepAliveResponse> responses)
{
    private static readonly WriteOptions Gathered = new(WriteFlags.BufferHint);

    private ResponseHeader? _header;
    private LeaseKeepAliveResponse? _newest;

    /// <summary>Requests of the batch that are answered.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a batch.</summary>
    /// <param name="header">For all of its answers.</param>
    public void Begin(ResponseHeader header) => (_header, Count) = (header, 0);

    /// <summary>Takes the answer to the next request.</summary>
    /// <exception cref="RpcException">The client is gone.</exception>
    public async ValueTask AddAsync(LeaseKeepAliveResponse answer)
    {
        if (_newest is { } before)
        {
            responses.WriteOptions = Gathered;
            await responses.WriteAsync(before);
        }

        answer.Header = _header;
        _newest = answer;
        Count++;
    }

    /// <summary>Sends everything there is.</summary>
    /// <exception cref="RpcException">The client is gone.</exception>
    public async ValueTask FlushAsync()
    {
        if (_newest is { } last)
        {
            _newest = null;
            responses.WriteOptions = null;
            await responses.WriteAsync(last);
        }
    }
}
