using System.Runtime.CompilerServices;
using MetaStore.Protocol.Etcd;
using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Client.Kv;
using MetaStore.Client.Transactions;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client;

/// <summary>etcd's KV service. Thread-safe.</summary>
/// <remarks>
/// Reads are retried on another member when one is unavailable. Writes are retried only when they certainly were not sent: a write that
/// fails with Unavailable or DeadlineExceeded may have taken effect, and only the caller can find out (read the key, or guard it by a
/// transaction).
/// Calls fail with <see cref="RpcException"/>; <see cref="EtcdErrors"/> names its texts. A write that has returned is durable on a quorum.
/// Source: etcd v3 API, service KV, and its clients' retry contract.
/// </remarks>
public sealed class KvClient
{
    private readonly EndpointBalancer _balancer;

    internal KvClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Reads a key or a range.</summary>
    public Task<RangeResponse> RangeAsync(RangeRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Kv.RangeAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>Reads one key, linearizably.</summary>
    /// <returns>The pair, or null when there is none.</returns>
    public async Task<KeyValue?> GetAsync(Bytes key, CancellationToken cancellation = default)
    {
        var answer = await RangeAsync(new RangeRequest { Key = key.Content }, cancellation).ConfigureAwait(false);
        return answer.Kvs.Count > 0 ? answer.Kvs[0] : null;
    }

    /// <summary>Reads a range of any size in pages, in the order of the keys, all of it at one revision.</summary>
    /// <param name="range">What to read.</param>
    /// <param name="options">Page size, revision and the like; null for the defaults.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>Pairs as they arrive; one page is in memory at a time. Each enumeration reads again.</returns>
    /// <exception cref="RpcException">Among others, that the revision was compacted meanwhile: <see cref="EtcdErrors.Compacted"/>.</exception>
    public IAsyncEnumerable<KeyValue> ScanAsync(KeyRange range, ScanOptions? options = null, CancellationToken cancellation = default) =>
        RangePages.ReadAsync(this, range, options ?? new ScanOptions(), cancellation);

    /// <summary>Reads a range of any size in one call, in the order of the keys, all of it at one revision.</summary>
    /// <param name="request">What to read; without a sort order and revision bounds, which need the whole answer.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <returns>
    /// The answer in parts of about a message's size, sent at the reader's pace. Header, count and more are in the last one.
    /// </returns>
    /// <exception cref="RpcException">
    /// Unimplemented by a server older than etcd 3.7; Unavailable when the member fails during the call: use <see cref="ScanAsync"/>, which
    /// continues on another member, where that matters.
    /// </exception>
    public async IAsyncEnumerable<RangeResponse> RangeStreamAsync(RangeRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var parts = _balancer.StreamAsync(static (member, request, options) => member.Kv.RangeStream(request, options), request, cancellation);
        await foreach (var part in parts.ConfigureAwait(false))
        {
            yield return part.RangeResponse;
        }
    }

    /// <summary>Writes a key.</summary>
    public Task<PutResponse> PutAsync(PutRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Kv.PutAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Writes a key, without a lease.</summary>
    public Task<PutResponse> PutAsync(Bytes key, Bytes value, CancellationToken cancellation = default) =>
        PutAsync(new PutRequest { Key = key.Content, Value = value.Content }, cancellation);

    /// <summary>Writes a key that is deleted when its time to live is over, by a lease that is made for it alone and is not renewed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="timeToLive">
    /// Rounded up to whole seconds, and raised to the servers' minimum (2 s by default). <see cref="Timeout.InfiniteTimeSpan"/> for a key that stays.
    /// </param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <remarks>
    /// The lease of a former call for the same key is ended. After a put that certainly failed no lease is left; after one that may have taken effect
    /// (Unavailable, DeadlineExceeded, cancelled) the lease stays until its time is over, with the key or without. Without a time to live, another
    /// overload leaves the former lease without its key; it ends by itself. A user needs the right to read the key as well as to write it.
    /// </remarks>
    /// <exception cref="RpcException">The lease could not be granted, or the key not be written.</exception>
    public Task<PutResponse> PutAsync(Bytes key, Bytes value, TimeSpan timeToLive, CancellationToken cancellation = default) =>
        PutAsync(new PutRequest { Key = key.Content, Value = value.Content }, timeToLive, cancellation);

    /// <summary>As <see cref="PutAsync(Bytes, Bytes, TimeSpan, CancellationToken)"/>, with the options of a request.</summary>
    /// <param name="request">Without a lease and without ignore_lease, which the time to live replaces.</param>
    /// <param name="timeToLive">As there.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="ArgumentException">The request has a lease or ignore_lease.</exception>
    /// <exception cref="RpcException">The lease could not be granted, or the key not be written.</exception>
    public Task<PutResponse> PutAsync(PutRequest request, TimeSpan timeToLive, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (timeToLive <= TimeSpan.Zero && timeToLive != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeToLive), timeToLive, "a time to live is above zero, or infinite");
        }

        return request.Lease == 0 && !request.IgnoreLease
            ? new TimedPut(this, new LeaseClient(_balancer)).RunAsync(request, timeToLive, cancellation)
            : throw new ArgumentException("a request with a time to live has no lease and no ignore_lease", nameof(request));
    }

    /// <summary>Deletes a key or a range.</summary>
    public Task<DeleteRangeResponse> DeleteRangeAsync(DeleteRangeRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Kv.DeleteRangeAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Deletes one key.</summary>
    /// <returns>Whether it existed.</returns>
    public Task<bool> DeleteAsync(Bytes key, CancellationToken cancellation = default) => AnyDeletedAsync(KeyRange.Single(key), cancellation);

    /// <summary>Deletes every key of a range, at one revision.</summary>
    /// <returns>The number of deleted keys.</returns>
    public async Task<long> DeleteAsync(KeyRange range, CancellationToken cancellation = default)
    {
        var request = new DeleteRangeRequest { Key = range.Key, RangeEnd = range.RangeEnd };
        return (await DeleteRangeAsync(request, cancellation).ConfigureAwait(false)).Deleted;
    }

    /// <summary>Runs a transaction. Counted as a write even when it only reads.</summary>
    public Task<TxnResponse> TxnAsync(TxnRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Kv.TxnAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Begins a transaction; <see cref="Transaction.CommitAsync"/> runs it.</summary>
    public Transaction Txn() => new(this);

    /// <summary>Compacts history before a revision.</summary>
    public Task<CompactionResponse> CompactAsync(CompactionRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Kv.CompactAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>Runs a transaction that may safely run twice.</summary>
    internal Task<TxnResponse> RepeatableTxnAsync(TxnRequest request, CancellationToken cancellation) =>
        _balancer.CallAsync(static (member, request, options) => member.Kv.TxnAsync(request, options), request, CallKind.Idempotent, cancellation);

    private async Task<bool> AnyDeletedAsync(KeyRange range, CancellationToken cancellation) =>
        await DeleteAsync(range, cancellation).ConfigureAwait(false) > 0;
}
