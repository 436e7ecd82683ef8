using Google.Protobuf;
using Google.Protobuf.Collections;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output.Batching;
using MetaStore.Cli.Terminals;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Protocol.V1;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Output;

/// <summary>Lines, in the same form as etcdctl's.</summary>
internal class SimplePrinter(TextWriter output, bool isHex = false) : Printer(output)
{
    public override void Put(PutResponse response)
    {
        Output.WriteLine("OK");
        if (response.PrevKv is { } previous)
        {
            Pair(previous, valuesOnly: false);
        }
    }

    public override void Range(RangeResponse response, bool valuesOnly, bool countOnly)
    {
        if (countOnly)
        {
            Output.WriteLine(response.Count);
            return;
        }

        Pairs(response.Kvs, valuesOnly);
    }

    public override void Delete(DeleteRangeResponse response)
    {
        Output.WriteLine(response.Deleted);
        Pairs(response.PrevKvs, valuesOnly: false);
    }

    public override void Txn(TxnResponse response)
    {
        Output.WriteLine(response.Succeeded ? "SUCCESS" : "FAILURE");
        foreach (var operation in response.Responses)
        {
            Output.WriteLine();
            switch (operation.ResponseCase)
            {
                case ResponseOp.ResponseOneofCase.ResponsePut:
                    Put(operation.ResponsePut);
                    break;
                case ResponseOp.ResponseOneofCase.ResponseRange:
                    Range(operation.ResponseRange, valuesOnly: false, countOnly: false);
                    break;
                case ResponseOp.ResponseOneofCase.ResponseDeleteRange:
                    Delete(operation.ResponseDeleteRange);
                    break;
                case ResponseOp.ResponseOneofCase.ResponseTxn:
                    Txn(operation.ResponseTxn);
                    break;
                default:
                    Output.WriteLine($"unexpected response {operation.ResponseCase}");
                    break;
            }
        }
    }

    public override void Compaction(long revision, CompactionResponse response) => Output.WriteLine($"compacted revision {revision}");

    public override void Grant(LeaseGrantResponse response) => Output.WriteLine($"lease {response.ID:x16} granted with TTL({response.TTL}s)");

    public override void Revoke(long id, LeaseRevokeResponse response) => Output.WriteLine($"lease {id:x16} revoked");

    public override void TimeToLive(LeaseTimeToLiveResponse response, bool withKeys)
    {
        if (response is { GrantedTTL: 0, TTL: -1 })
        {
            Output.WriteLine($"lease {response.ID:x16} already expired");
            return;
        }

        var keys = withKeys ? $", attached keys([{string.Join(' ', response.Keys.Select(key => key.ToStringUtf8()))}])" : string.Empty;
        Output.WriteLine($"lease {response.ID:x16} granted with TTL({response.GrantedTTL}s), remaining({response.TTL}s){keys}");
    }

    public override void Leases(LeaseLeasesResponse response)
    {
        Output.WriteLine($"found {response.Leases.Count} leases");
        foreach (var lease in response.Leases)
        {
            Output.WriteLine($"{lease.ID:x16}");
        }
    }

    public override void KeepAlive(LeaseKeepAliveResponse response) => Output.WriteLine($"lease {response.ID:x16} keepalived with TTL({response.TTL})");

    public override void Watch(WatchResponse response)
    {
        if (response.Events.Count == 0 && !response.Created)
        {
            Output.WriteLine($"progress notify: {response.Header.Revision}");
        }

        foreach (var change in response.Events)
        {
            Output.WriteLine(change.Type == Event.Types.EventType.Put ? "PUT" : "DELETE");
            if (change.PrevKv is { } previous)
            {
                Pair(previous, valuesOnly: false);
            }

            Pair(change.Kv, valuesOnly: false);
        }
    }

    public override void Members(MemberListResponse response)
    {
        foreach (var row in Rows.Members(response))
        {
            Output.WriteLine(string.Join(", ", row));
        }
    }

    public override void MemberAdd(string name, MemberAddResponse response)
    {
        Output.WriteLine($"Member {response.Member.ID:x16} added to cluster {response.Header.ClusterId:x16}");
        var added = response.Member;
        var all = response.Members.SelectMany(member => member.PeerURLs.Select(url => $"{(member.ID == added.ID ? name : member.Name)}={url}"));
        Output.WriteLine();
        Output.WriteLine($"ETCD_NAME=\"{name}\"");
        Output.WriteLine($"ETCD_INITIAL_CLUSTER=\"{string.Join(',', all)}\"");
        Output.WriteLine($"ETCD_INITIAL_ADVERTISE_PEER_URLS=\"{string.Join(',', added.PeerURLs)}\"");
        Output.WriteLine("ETCD_INITIAL_CLUSTER_STATE=\"existing\"");
    }

    public override void MemberRemove(ulong id, MemberRemoveResponse response) =>
        Output.WriteLine($"Member {id:x16} removed from cluster {response.Header.ClusterId:x16}");

    public override void MemberUpdate(ulong id, MemberUpdateResponse response) =>
        Output.WriteLine($"Member {id:x16} updated in cluster {response.Header.ClusterId:x16}");

    public override void MemberPromote(ulong id, MemberPromoteResponse response) =>
        Output.WriteLine($"Member {id:x16} promoted in cluster {response.Header.ClusterId:x16}");

    public override void MoveLeader(ulong from, ulong to, MoveLeaderResponse response) =>
        Output.WriteLine($"Leadership transferred from {from:x} to {to:x}");

    public override void Alarms(AlarmResponse response)
    {
        foreach (var alarm in response.Alarms)
        {
            // The trailing space is etcdctl's.
            Output.WriteLine($"memberID:{alarm.MemberID} alarm:{Rows.NameOf(alarm.Alarm)} ");
        }
    }

    public override void AuthChanged(string line, IMessage response) => Output.WriteLine(line);

    public override void AuthStatus(AuthStatusResponse response)
    {
        Output.WriteLine($"Authentication Status: {(response.Enabled ? "true" : "false")}");
        Output.WriteLine($"AuthRevision: {response.AuthRevision}");
    }

    public override void User(string name, AuthUserGetResponse response)
    {
        Output.WriteLine($"User: {name}");
        Output.WriteLine($"Roles:{string.Concat(response.Roles.Select(role => $" {role}"))}");
    }

    public override void Users(AuthUserListResponse response) => Names(response.Users);

    public override void Role(string name, AuthRoleGetResponse response)
    {
        foreach (var line in RoleLines.Of(name, response))
        {
            Output.WriteLine(line);
        }
    }

    public override void Roles(AuthRoleListResponse response) => Names(response.Roles);

    public override void SnapshotSaved(string path, BackupSummary summary) => Output.WriteLine($"Snapshot saved at {path}");

    public override void SnapshotStatus(BackupSummary summary) => Output.WriteLine(string.Join(", ", Rows.Snapshot(summary)));

    public override void Status(IReadOnlyList<EndpointStatus> endpoints)
    {
        foreach (var row in Rows.Status(endpoints))
        {
            Output.WriteLine(string.Join(", ", row));
        }

        Failures(endpoints.Where(endpoint => endpoint.Error is not null).Select(endpoint => (endpoint.Endpoint, endpoint.Error!)));
    }

    public override void Health(IReadOnlyList<EndpointHealth> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            Output.WriteLine(endpoint.Error is null
                ? $"{endpoint.Endpoint} is healthy: successfully committed proposal: took = {endpoint.Took.TotalMilliseconds:0.###}ms"
                : $"{endpoint.Endpoint} is unhealthy: failed to commit proposal: {endpoint.Error}");
        }
    }

    public override void Hashes(IReadOnlyList<EndpointHash> endpoints)
    {
        foreach (var row in Rows.Hashes(endpoints))
        {
            Output.WriteLine(string.Join(", ", row));
        }

        Failures(endpoints.Where(endpoint => endpoint.Error is not null).Select(endpoint => (endpoint.Endpoint, endpoint.Error!)));
    }

    public override void Admission(IReadOnlyList<AdmissionReport> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            Output.WriteLine(endpoint.Endpoint);
            foreach (var (name, value) in endpoint.Lines())
            {
                Output.WriteLine($"  {name,-18} {value}");
            }
        }
    }

    public override void Batching(IReadOnlyList<BatchingReport> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            string[] lines = [.. endpoint.Lines()];
            if (lines.Length > 0)
            {
                Output.WriteLine(endpoint.Endpoint);
            }

            foreach (var line in lines)
            {
                Output.WriteLine(line);
            }
        }
    }

    public override void BatchingChanged(BatchSettings asked, IReadOnlyList<BatchingChange> endpoints)
    {
        var width = endpoints.Max(endpoint => endpoint.Endpoint.Length);
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.Error is null))
        {
            Output.WriteLine($"{endpoint.Endpoint.PadRight(width)}  {endpoint.Text}");
        }

        Advise(asked);
    }

    /// <summary>How long a change lasts, and suggested next commands.</summary>
    protected void Advise(BatchSettings asked)
    {
        foreach (var line in BatchingChange.Advice(asked))
        {
            Output.WriteLine(line);
        }
    }

    private void Names(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Output.WriteLine(name);
        }
    }

    private static void Failures(IEnumerable<(string Endpoint, string Error)> failures)
    {
        foreach (var (endpoint, error) in failures)
        {
            Terminal.Complain($"Failed to get the status of endpoint {endpoint} ({error})");
        }
    }

    private void Pairs(RepeatedField<KeyValue> pairs, bool valuesOnly)
    {
        foreach (var pair in pairs)
        {
            Pair(pair, valuesOnly);
        }
    }

    private void Pair(KeyValue pair, bool valuesOnly)
    {
        if (!valuesOnly)
        {
            Line(pair.Key);
        }

        Line(pair.Value);
    }

    /// <summary>A key or value unchanged: bytes that are not text reach a file or pipe as they are, as in etcdctl.</summary>
    private void Line(ByteString bytes)
    {
        if (isHex)
        {
            Output.WriteLine(QuotedBytes.Hex(bytes));
            return;
        }

        if (Output is StreamWriter stream)
        {
            stream.Flush();
            stream.BaseStream.Write(bytes.Span);
            Output.WriteLine();
            return;
        }

        Output.WriteLine(bytes.ToStringUtf8());
    }
}
