using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>The keys of a comparison: none may exist before, a marker key shows that it runs, and all are deleted afterwards.</summary>
internal static class ClaimedPrefix
{
    private const string Marker = "running";

    /// <summary>Writes the marker key.</summary>
    /// <exception cref="UsageException">Keys with the prefix exist already.</exception>
    public static async Task TakeAsync(MetaStoreClient client, string prefix, CancellationToken cancellation)
    {
        var range = KeyRange.Prefix(prefix);
        var there = await client.Kv.RangeAsync(new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, Limit = 1 }, cancellation);
        Bytes marker = prefix + Marker;
        var isNew = new Compare { Key = marker.Content, Target = Compare.Types.CompareTarget.Version, Result = Compare.Types.CompareResult.Equal, Version = 0 };
        var txn = new TxnRequest { Compare = { isNew } };
        txn.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = marker.Content } });
        if (there.Kvs.Count > 0 || !(await client.Kv.TxnAsync(txn, cancellation)).Succeeded)
        {
            throw new UsageException(
                $"there are keys with the prefix {prefix}: another comparison runs, or one was killed; "
                + $"delete them with metactl del --prefix {prefix}, or choose another --prefix");
        }
    }

    /// <summary>Deletes all keys, at the first member that responds.</summary>
    /// <returns>The error; null when they are deleted.</returns>
    public static async Task<string?> ReleaseAsync(ComparedMembers members, string prefix)
    {
        var range = KeyRange.Prefix(prefix);
        var fault = string.Empty;
        foreach (var member in members.All)
        {
            try
            {
                await member.Client.Kv.DeleteAsync(range, CancellationToken.None);
                return null;
            }
            catch (RpcException failure)
            {
                fault = failure.Status.Detail;
            }
        }

        return $"the keys with the prefix {prefix} could not be deleted ({fault}); delete them with metactl del --prefix {prefix}";
    }
}
