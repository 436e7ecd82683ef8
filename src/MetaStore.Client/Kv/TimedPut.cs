using System.Buffers.Binary;
using System.Security.Cryptography;
using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Client.Kv;

/// <summary>Puts a key with a time to live: a lease is granted for this key alone, and the one made for it before is ended.</summary>
/// <remarks>
/// The lease's id says that it was made for one key: its upper half is <see cref="Mark"/>, the lower half chance. No other lease is ended, whatever its key was
/// attached to. Each step may be the last one of this process: a lease that is left has no key or the key it was made for, is never renewed, and ends by itself.
/// </remarks>
internal sealed class TimedPut(KvClient kv, LeaseClient leases)
{
    /// <summary>Upper half of the ids of leases made for one key: "ttl1" in ASCII. Positive, as etcd's ids.</summary>
    internal const uint Mark = 0x7474_6C31;

    /// <summary>A granted lease of another key has the same id once in 2^32.</summary>
    private const int IdsMost = 3;

    /// <summary>How long tidying up may take; what is left ends by itself.</summary>
    private static readonly TimeSpan TidyPatience = TimeSpan.FromSeconds(2);

    /// <summary>Whether a lease was made for one key.</summary>
    public static bool IsOfOneKey(long lease) => lease >> 32 == Mark;

    /// <summary>Puts a key.</summary>
    /// <param name="request">Without a lease.</param>
    /// <param name="timeToLive">Rounded up to whole seconds; infinite for a key that stays.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<PutResponse> RunAsync(PutRequest request, TimeSpan timeToLive, CancellationToken cancellation)
    {
        var lease = timeToLive == Timeout.InfiniteTimeSpan ? 0 : await GrantAsync((long)Math.Ceiling(timeToLive.TotalSeconds), cancellation).ConfigureAwait(false);
        TxnResponse answer;
        try
        {
            answer = await kv.TxnAsync(ToTransaction(request, lease), cancellation).ConfigureAwait(false);
        }
        catch (RpcException failure) when (lease != 0 && HasNoEffect(failure))
        {
            await RevokeAsync(lease).ConfigureAwait(false);
            throw;
        }

        if (answer.Responses[0].ResponseRange.Kvs is [{ Lease: not 0 } before] && IsOfOneKey(before.Lease))
        {
            await EndAsync(before.Lease).ConfigureAwait(false);
        }

        var response = answer.Responses[1].ResponsePut;
        response.Header = answer.Header;
        return response;
    }

    /// <summary>Reads which lease the key had, and puts it, at one revision.</summary>
    private static TxnRequest ToTransaction(PutRequest request, long lease)
    {
        var put = request.Clone();
        put.Lease = lease;
        return new TxnRequest
        {
            Success =
            {
                new RequestOp { RequestRange = new RangeRequest { Key = request.Key, KeysOnly = true } },
                new RequestOp { RequestPut = put },
            },
        };
    }

    private async Task<long> GrantAsync(long seconds, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var id = NewId();
            try
            {
                await leases.GrantAsync(new LeaseGrantRequest { ID = id, TTL = seconds }, cancellation).ConfigureAwait(false);
                return id;
            }
            catch (RpcException failure) when (failure.Is(EtcdErrors.LeaseExists) && tries < IdsMost)
            {
                // Another key's; the next id is another one.
            }
            catch (Exception failure) when (failure is OperationCanceledException || (failure is RpcException refused && !HasNoEffect(refused)))
            {
                // It may have been granted.
                await RevokeAsync(id).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Ends a lease that the key does not have any more, unless other keys were attached to it.</summary>
    private async Task EndAsync(long lease)
    {
        using var patience = new CancellationTokenSource(TidyPatience);
        try
        {
            var left = await leases.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = lease, Keys = true }, patience.Token).ConfigureAwait(false);
            if (left.TTL > 0 && left.Keys.Count == 0)
            {
                await leases.RevokeAsync(new LeaseRevokeRequest { ID = lease }, patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException)
        {
            // The put has succeeded, and the lease ends by itself.
        }
    }

    private async Task RevokeAsync(long lease)
    {
        using var patience = new CancellationTokenSource(TidyPatience);
        try
        {
            await leases.RevokeAsync(new LeaseRevokeRequest { ID = lease }, patience.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException)
        {
            // The caller gets the failure that came first; the lease has no key and ends by itself.
        }
    }

    /// <summary>False when the call may have taken effect although it failed: a put's lease must then stay, or its key would go.</summary>
    private static bool HasNoEffect(RpcException failure) => failure.IsUnreachable()
        || failure.StatusCode is not (StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Unknown or StatusCode.Internal);

    private static long NewId()
    {
        Span<byte> low = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(low);
        return ((long)Mark << 32) | BinaryPrimitives.ReadUInt32LittleEndian(low);
    }
}
