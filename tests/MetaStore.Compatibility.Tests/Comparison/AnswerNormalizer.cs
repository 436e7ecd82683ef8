using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Google.Protobuf.Collections;
using MetaStore.Compatibility.Tests.Wire;

namespace MetaStore.Compatibility.Tests.Comparison;

/// <summary>Masks the fields in which two correct responses to one request may differ.</summary>
/// <remarks>
/// Cluster id, member id and Raft term of the outer header, which differ between clusters; they must be set. The order of records that are
/// equal under the requested sort, since etcd's sort is not stable; see <see cref="TieOrder"/>. A lease's remaining seconds, within some minutes, and
/// the order of leases and of a lease's keys. Nothing else.
/// </remarks>
internal static class AnswerNormalizer
{
    internal static WireAnswer Normalize(IMessage request, WireAnswer answer)
    {
        switch (answer.Message)
        {
            case null:
                return answer;
            case RangeResponse range:
                Mask(range.Header);
                TieOrder.Settle((RangeRequest)request, range);
                break;
            case PutResponse put:
                Mask(put.Header);
                break;
            case DeleteRangeResponse deleteRange:
                Mask(deleteRange.Header);
                break;
            case CompactionResponse compaction:
                Mask(compaction.Header);
                break;
            case TxnResponse txn:
                Mask(txn.Header);
                Settle((TxnRequest)request, txn);
                break;
            case LeaseGrantResponse grant:
                Mask(grant.Header);
                break;
            case LeaseRevokeResponse revoke:
                Mask(revoke.Header);
                break;
            case LeaseTimeToLiveResponse lease:
                Mask(lease.Header);
                Settle(lease);
                break;
            case LeaseKeepAliveResponse renewal:
                Mask(renewal.Header);
                break;
            case LeaseLeasesResponse leases:
                Mask(leases.Header);
                Sort(leases.Leases, lease => lease.ID);
                break;
            default:
                throw new ArgumentException($"no rule for {answer.Message.Descriptor.FullName}", nameof(answer));
        }

        return answer;
    }

    private static void Mask(ResponseHeader? header)
    {
        if (header is not null)
        {
            header.ClusterId = Math.Min(header.ClusterId, 1);
            header.MemberId = Math.Min(header.MemberId, 1);
            header.RaftTerm = Math.Min(header.RaftTerm, 1);
        }
    }

    /// <summary>Masks the time since the grant, which must be short, and the order of keys, which is not specified.</summary>
    private static void Settle(LeaseTimeToLiveResponse lease)
    {
        if (lease.TTL <= lease.GrantedTTL && lease.TTL > lease.GrantedTTL - 1000)
        {
            lease.TTL = lease.GrantedTTL;
        }

        Sort(lease.Keys, key => Convert.ToHexString(key.Span));
    }

    private static void Sort<T, TKey>(RepeatedField<T> items, Func<T, TKey> key)
    {
        T[] sorted = [.. items.OrderBy(key, Comparer<TKey>.Default)];
        items.Clear();
        items.Add(sorted);
    }

    private static void Settle(TxnRequest request, TxnResponse response)
    {
        var operations = response.Succeeded ? request.Success : request.Failure;
        for (var i = 0; i < Math.Min(operations.Count, response.Responses.Count); i++)
        {
            if (operations[i].RequestRange is { } range && response.Responses[i].ResponseRange is { } records)
            {
                TieOrder.Settle(range, records);
            }
            else if (operations[i].RequestTxn is { } txn && response.Responses[i].ResponseTxn is { } nested)
            {
                Settle(txn, nested);
            }
        }
    }
}
