using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Model;

/// <summary>The simplest possible store: a list of all writes, scanned completely for each request.</summary>
internal sealed class ReferenceModel
{
    private sealed record Write(long Main, string Key, string? Value, long Create, long Version, long Lease);

    private List<Write> _writes = [];

    public long Revision { get; private set; } = 1;

    public long Compacted { get; private set; } = -1;

    public SortedSet<long> Leases { get; } = [];

    public (ErrorCode Error, string Answer) Apply(object command)
    {
        switch (command)
        {
            case PutCommand put:
                var error = Check(put);
                return error != ErrorCode.None ? (error, "") : (error, Committed(() => Put(put)));
            case DeleteRangeCommand delete:
                return (ErrorCode.None, Committed(() => Delete(delete)));
            case TxnCommand txn:
                return Txn(txn);
            case CompactCommand compact when compact.Revision > Revision:
                return (ErrorCode.FutureRevision, "");
            case CompactCommand compact when compact.Revision <= Compacted:
                return (ErrorCode.Compacted, "");
            case CompactCommand compact:
                Compacted = compact.Revision;
                return (ErrorCode.None, "");
            case LeaseGrantCommand grant:
                return (Leases.Add(grant.Id) ? ErrorCode.None : ErrorCode.LeaseExists, "");
            case LeaseRevokeCommand revoke:
                if (!Leases.Remove(revoke.Id))
                {
                    return (ErrorCode.LeaseNotFound, "");
                }

                return (ErrorCode.None, Committed(() =>
                {
                    var keys = Live(long.MaxValue).Where(write => write.Lease == revoke.Id).Select(write => write.Key).ToList();
                    keys.ForEach(key => Append(new Write(0, key, null, 0, 0, 0)));
                    return $"deleted {keys.Count}";
                }));
            default:
                throw new ArgumentOutOfRangeException(nameof(command));
        }
    }

    public RangeSummary Range(RangeQuery query, long? compacted = null)
    {
        if (query.Revision > Now)
        {
            return new RangeSummary(ErrorCode.FutureRevision, "", 0, false, Now);
        }

        if (query.Revision > 0 && query.Revision < (compacted ?? Compacted))
        {
            return new RangeSummary(ErrorCode.Compacted, "", 0, false, Now);
        }

        var all = In(query.Key, query.RangeEnd, query.Revision <= 0 ? long.MaxValue : query.Revision);
        if (query.CountOnly)
        {
            return new RangeSummary(ErrorCode.None, "", all.Count, false, Now);
        }

        var chosen = all.Where(write
            => (query.MinModRevision == 0 || write.Main >= query.MinModRevision)
            && (query.MaxModRevision == 0 || write.Main <= query.MaxModRevision)
            && (query.MinCreateRevision == 0 || write.Create >= query.MinCreateRevision)
            && (query.MaxCreateRevision == 0 || write.Create <= query.MaxCreateRevision)).ToList();
        Comparison<Write> order = query.SortTarget switch
        {
            SortTarget.Key => (x, y) => string.CompareOrdinal(x.Key, y.Key),
            SortTarget.Version => (x, y) => x.Version.CompareTo(y.Version),
            SortTarget.Create => (x, y) => x.Create.CompareTo(y.Create),
            SortTarget.Mod => (x, y) => x.Main.CompareTo(y.Main),
            _ => (x, y) => string.CompareOrdinal(x.Value, y.Value),
        };
        var bounded = query.MinModRevision != 0 || query.MaxModRevision != 0 || query.MinCreateRevision != 0 || query.MaxCreateRevision != 0;
        if (query.Limit > 0 && query.SortOrder == SortOrder.None && !bounded)
        {
            // The default order sorts only the records up to one more than the limit.
            chosen = chosen.Take((int)query.Limit + 1).ToList();
        }

        var sign = query.SortOrder == SortOrder.Descend ? -1 : 1;
        chosen.Sort((x, y) => sign * order(x, y) is var way and not 0 ? way : string.CompareOrdinal(x.Key, y.Key));
        var cut = query.Limit > 0 ? chosen.Take((int)query.Limit).ToList() : chosen;
        return new RangeSummary(
            ErrorCode.None,
            string.Join(' ', cut.Select(write => Show(query.KeysOnly ? write with { Value = "" } : write))),
            all.Count,
            chosen.Count > cut.Count,
            Now);
    }

    private long Now => _writes.Count > 0 ? Math.Max(Revision, _writes[^1].Main) : Revision;

    private string Committed(Func<string> body)
    {
        var answer = body();
        Revision = Now;
        return answer;
    }

    private void Append(Write write) => _writes.Add(write with { Main = Revision + 1 });

    private Write? At(string key, long revision)
        => _writes.LastOrDefault(write => write.Key == key && write.Main <= revision) is { Value: not null } live ? live : null;

    private IEnumerable<Write> Live(long revision)
        => _writes.Select(write => write.Key).Distinct().Order(StringComparer.Ordinal).Select(key => At(key, revision)).OfType<Write>();

    private List<Write> In(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> rangeEnd, long revision)
    {
        var (from, end) = (Bytes.Text(key), Bytes.Text(rangeEnd));
        return [.. Live(revision).Where(write => end.Length == 0
            ? write.Key == from
            : string.CompareOrdinal(write.Key, from) >= 0 && (end == "\0" || string.CompareOrdinal(write.Key, end) < 0))];
    }

    private ErrorCode CheckInTxn(PutCommand put)
        => (put.IgnoreLease || put.IgnoreValue) && At(Bytes.Text(put.Key), long.MaxValue) is null ? ErrorCode.KeyNotFound : Check(put);

    private ErrorCode Check(PutCommand put)
        => put.Lease != 0 && !Leases.Contains(put.Lease) ? ErrorCode.LeaseNotFound
            : (put.IgnoreLease || put.IgnoreValue) && At(Bytes.Text(put.Key), long.MaxValue) is null ? ErrorCode.KeyNotFound
            : ErrorCode.None;

    private string Put(PutCommand put)
    {
        var key = Bytes.Text(put.Key);
        var old = At(key, long.MaxValue);
        Append(new Write(
            0, key, put.IgnoreValue ? old!.Value : Bytes.Text(put.Value), old?.Create ?? Revision + 1, (old?.Version ?? 0) + 1,
            put.IgnoreLease ? old!.Lease : put.Lease));
        return put.PrevKv && old is not null ? Show(old) : "-";
    }

    private string Delete(DeleteRangeCommand delete)
    {
        var doomed = In(delete.Key, delete.RangeEnd, long.MaxValue);
        doomed.ForEach(write => Append(new Write(0, write.Key, null, 0, 0, 0)));
        return $"deleted {doomed.Count} {(delete.PrevKv ? string.Join(' ', doomed.Select(Show)) : "-")}";
    }

    private (ErrorCode Error, string Answer) Txn(TxnCommand txn)
    {
        var saved = (Writes: _writes.ToList(), Revision);
        var decisions = new Dictionary<TxnCommand, bool>(ReferenceEqualityComparer.Instance);
        Decide(txn, decisions);
        var error = ErrorCode.None;
        var before = Revision;
        var preCompacted = Compacted;
        var preWrites = _writes.ToList();
        CheckAll(txn, puts: true);
        CheckAll(txn, puts: false);
        if (error != ErrorCode.None)
        {
            _writes = saved.Writes;
            return (error, "");
        }

        return (ErrorCode.None, Committed(() => Run(txn)));

        void CheckAll(TxnCommand one, bool puts)
        {
            foreach (var operation in decisions[one] ? one.Success : one.Failure)
            {
                var found = operation.Kind switch
                {
                    TxnOpKind.Put when puts => CheckInTxn(operation.Put),
                    TxnOpKind.Range when !puts && operation.Range.Revision > before => ErrorCode.FutureRevision,
                    TxnOpKind.Range when !puts && operation.Range.Revision != 0 && operation.Range.Revision < preCompacted
                        => ErrorCode.Compacted,
                    _ => ErrorCode.None,
                };
                if (operation.Kind == TxnOpKind.Txn)
                {
                    CheckAll(operation.Txn!, puts);
                }

                error = error == ErrorCode.None ? found : error;
            }
        }

        string Run(TxnCommand one)
            => $"{(decisions[one] ? "yes" : "no")}({string.Join("; ", (decisions[one] ? one.Success : one.Failure).Select(operation => operation.Kind switch
            {
                TxnOpKind.Put => $"{Put(operation.Put)} @{Now}",
                TxnOpKind.DeleteRange => $"{Delete(operation.DeleteRange)} @{Now}",
                TxnOpKind.Range => Range(operation.Range).ToString(),
                _ => Run(operation.Txn!),
            }))})";
    }

    private void Decide(TxnCommand txn, Dictionary<TxnCommand, bool> decisions)
    {
        decisions[txn] = txn.Compares.All(Holds);
        foreach (var nested in (decisions[txn] ? txn.Success : txn.Failure).Where(operation => operation.Kind == TxnOpKind.Txn))
        {
            Decide(nested.Txn!, decisions);
        }
    }

    private bool Holds(TxnCompare compare)
    {
        var found = In(compare.Key, compare.RangeEnd, long.MaxValue);
        if (found.Count == 0 && compare.Target == CompareTarget.Value)
        {
            return false;
        }

        return found.DefaultIfEmpty(new Write(0, "", "", 0, 0, 0)).All(write =>
        {
            var order = compare.Target switch
            {
                CompareTarget.Version => write.Version.CompareTo(compare.Number),
                CompareTarget.Create => write.Create.CompareTo(compare.Number),
                CompareTarget.Mod => write.Main.CompareTo(compare.Number),
                CompareTarget.Lease => write.Lease.CompareTo(compare.Number),
                _ => string.CompareOrdinal(write.Value, Bytes.Text(compare.Value)),
            };
            return compare.Result switch
            {
                CompareResult.Equal => order == 0,
                CompareResult.NotEqual => order != 0,
                CompareResult.Greater => order > 0,
                _ => order < 0,
            };
        });
    }

    private static string Show(Write write)
        => $"{write.Key}={write.Value}@{write.Create}/{write.Main}/{write.Version}{(write.Lease == 0 ? "" : $"+{write.Lease}")}";
}
