using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output.Batching;
using MetaStore.Cli.Terminals;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Protocol.V1;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Output;

/// <summary>One <c>"Name" : value</c> per line, with etcdctl's names, in its order; plain lines where etcdctl has no such format.</summary>
internal sealed class FieldsPrinter(TextWriter output) : SimplePrinter(output)
{
    public override void Put(PutResponse response)
    {
        Header(response.Header);
        Pair("Prev", response.PrevKv);
    }

    public override void Range(RangeResponse response, bool valuesOnly, bool countOnly)
    {
        Header(response.Header);
        foreach (var pair in response.Kvs)
        {
            Pair("", pair);
        }

        Field("More", response.More);
        Field("Count", response.Count);
    }

    public override void Delete(DeleteRangeResponse response)
    {
        Header(response.Header);
        Field("Deleted", response.Deleted);
        foreach (var pair in response.PrevKvs)
        {
            Pair("Prev", pair);
        }
    }

    public override void Txn(TxnResponse response)
    {
        Header(response.Header);
        Field("Succeeded", response.Succeeded);
        foreach (var operation in response.Responses)
        {
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
                default:
                    Txn(operation.ResponseTxn);
                    break;
            }
        }
    }

    public override void Grant(LeaseGrantResponse response) => Lease(response.Header, response.ID, response.TTL);

    public override void Revoke(long id, LeaseRevokeResponse response) => Header(response.Header);

    public override void TimeToLive(LeaseTimeToLiveResponse response, bool withKeys)
    {
        Lease(response.Header, response.ID, response.TTL);
        Field("GrantedTTL", response.GrantedTTL);
        foreach (var key in response.Keys)
        {
            Field("Key", QuotedBytes.Of(key));
        }
    }

    public override void Leases(LeaseLeasesResponse response)
    {
        Header(response.Header);
        foreach (var lease in response.Leases)
        {
            Field("ID", lease.ID);
        }
    }

    public override void KeepAlive(LeaseKeepAliveResponse response) => Lease(response.Header, response.ID, response.TTL);

    public override void Watch(WatchResponse response)
    {
        if (response.Created)
        {
            return;
        }

        Header(response.Header);
        foreach (var change in response.Events)
        {
            Field("Type", change.Type == Event.Types.EventType.Put ? "PUT" : "DELETE");
            Pair("Prev", change.PrevKv);
            Pair("", change.Kv);
        }
    }

    public override void Alarms(AlarmResponse response)
    {
        Header(response.Header);
        foreach (var alarm in response.Alarms)
        {
            Field("MemberID", alarm.MemberID);
            Field("AlarmType", Rows.NameOf(alarm.Alarm));
            Output.WriteLine();
        }
    }

    public override void SnapshotStatus(BackupSummary summary)
    {
        Field("Hash", summary.Hash);
        Field("Revision", summary.Revision);
        Field("Keys", summary.Entries);
        Field("Size", summary.Bytes);
    }

    public override void Members(MemberListResponse response)
    {
        Header(response.Header);
        foreach (var member in response.Members)
        {
            Member(member);
            Output.WriteLine();
        }
    }

    public override void MemberAdd(string name, MemberAddResponse response)
    {
        Header(response.Header);
        Member(response.Member);
    }

    public override void MemberRemove(ulong id, MemberRemoveResponse response) => Header(response.Header);

    public override void MemberUpdate(ulong id, MemberUpdateResponse response) => Header(response.Header);

    public override void MemberPromote(ulong id, MemberPromoteResponse response) => Header(response.Header);

    public override void Status(IReadOnlyList<EndpointStatus> endpoints) => Each(endpoints, row => row.Response?.Header, row => row.Error, row => row.Endpoint, row =>
    {
        var status = row.Response!;
        Field("Version", QuotedBytes.Of(status.Version));
        Field("StorageVersion", QuotedBytes.Of(status.StorageVersion));
        Field("DBSize", status.DbSize);
        Field("DBSizeInUse", status.DbSizeInUse);
        Field("DBSizeQuota", status.DbSizeQuota);
        Field("Leader", status.Leader);
        Field("IsLearner", status.IsLearner);
        Field("RaftIndex", status.RaftIndex);
        Field("RaftTerm", status.RaftTerm);
        Field("RaftAppliedIndex", status.RaftAppliedIndex);
        Field("Errors", $"[{string.Join(' ', status.Errors.Select(QuotedBytes.Of))}]");
        Field("Endpoint", QuotedBytes.Of(row.Endpoint));
    });

    public override void Health(IReadOnlyList<EndpointHealth> endpoints)
    {
        foreach (var row in endpoints)
        {
            Field("Endpoint", QuotedBytes.Of(row.Endpoint));
            Field("Health", row.Error is null);
            Field("Took", $"{row.Took.TotalMilliseconds:0.###}ms");
            Field("Error", row.Error ?? string.Empty);
            Output.WriteLine();
        }
    }

    public override void Hashes(IReadOnlyList<EndpointHash> endpoints) => Each(endpoints, row => row.Response?.Header, row => row.Error, row => row.Endpoint, row =>
    {
        Field("Endpoint", QuotedBytes.Of(row.Endpoint));
        Field("Hash", row.Response!.Hash);
        Field("HashRevision", row.Response.HashRevision);
    });

    public override void Admission(IReadOnlyList<AdmissionReport> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            Field("Endpoint", QuotedBytes.Of(endpoint.Endpoint));
            foreach (var (name, value) in endpoint.Lines())
            {
                Field(name, QuotedBytes.Of(value));
            }

            Output.WriteLine();
        }
    }

    public override void Batching(IReadOnlyList<BatchingReport> endpoints)
    {
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.Answer is not null))
        {
            Field("Endpoint", QuotedBytes.Of(endpoint.Endpoint));
            Fields(endpoint.Answer!, string.Empty);
            Output.WriteLine();
        }
    }

    public override void BatchingChanged(BatchSettings asked, IReadOnlyList<BatchingChange> endpoints)
    {
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.Error is null))
        {
            Field("Endpoint", QuotedBytes.Of(endpoint.Endpoint));
            Fields(endpoint.Before!, "before.");
            Fields(endpoint.After!, "after.");
            Output.WriteLine();
        }
    }

    public override void AuthChanged(string line, Google.Protobuf.IMessage response) =>
        Header((ResponseHeader?)response.Descriptor.FindFieldByNumber(1).Accessor.GetValue(response));

    public override void AuthStatus(AuthStatusResponse response)
    {
        Header(response.Header);
        Field("Enabled", response.Enabled);
        Field("AuthRevision", response.AuthRevision);
    }

    public override void User(string name, AuthUserGetResponse response) => throw Unsupported();

    public override void Users(AuthUserListResponse response) => throw Unsupported();

    public override void Role(string name, AuthRoleGetResponse response)
    {
        Header(response.Header);
        foreach (var permission in response.Perm)
        {
            // With two spaces, as etcdctl.
            Field("PermType", $" {permission.PermType.ToString().ToUpperInvariant()}");
            Field("Key", QuotedBytes.Of(permission.Key));
            Field("RangeEnd", QuotedBytes.Of(permission.RangeEnd));
        }
    }

    public override void Roles(AuthRoleListResponse response)
    {
        Header(response.Header);
        Output.WriteLine($"\"Roles\" :{string.Concat(response.Roles.Select(value => $" {QuotedBytes.Of(value)}"))}");
    }

    /// <summary>etcdctl has no fields for users.</summary>
    private static UsageException Unsupported() => new("fields not supported as output format", ExitCodes.BadFeature);

    private void Fields(Google.Protobuf.IMessage message, string prefix)
    {
        foreach (var (name, value) in MessageFields.Of(message, prefix))
        {
            Field(name, value);
        }
    }

    private void Each<T>(IEnumerable<T> rows, Func<T, ResponseHeader?> header, Func<T, string?> error, Func<T, string> endpoint, Action<T> print)
    {
        foreach (var row in rows)
        {
            if (error(row) is { } failure)
            {
                Terminal.Complain($"Failed to get the status of endpoint {endpoint(row)} ({failure})");
                continue;
            }

            Header(header(row));
            print(row);
            Output.WriteLine();
        }
    }

    private void Lease(ResponseHeader? header, long id, long seconds)
    {
        Header(header);
        Field("ID", id);
        Field("TTL", seconds);
    }

    private void Member(Member member)
    {
        Field("ID", member.ID);
        Field("Name", QuotedBytes.Of(member.Name));
        foreach (var url in member.PeerURLs)
        {
            Field("PeerURL", QuotedBytes.Of(url));
        }

        foreach (var url in member.ClientURLs)
        {
            Field("ClientURL", QuotedBytes.Of(url));
        }

        Field("IsLearner", member.IsLearner);
    }

    private void Header(ResponseHeader? header)
    {
        header ??= new ResponseHeader();
        Field("ClusterID", header.ClusterId);
        Field("MemberID", header.MemberId);
        Field("Revision", header.Revision);
        Field("RaftTerm", header.RaftTerm);
    }

    private void Pair(string prefix, KeyValue? pair)
    {
        if (pair is null)
        {
            return;
        }

        Field(prefix + "Key", QuotedBytes.Of(pair.Key));
        Field(prefix + "CreateRevision", pair.CreateRevision);
        Field(prefix + "ModRevision", pair.ModRevision);
        Field(prefix + "Version", pair.Version);
        Field(prefix + "Value", QuotedBytes.Of(pair.Value));
        Field(prefix + "Lease", pair.Lease);
    }

    private void Field(string name, bool value) => Field(name, value ? "true" : "false");

    private void Field<T>(string name, T value) => Output.WriteLine($"\"{name}\" : {value}");
}
