using System.Globalization;
using System.Text;
using Etcdserverpb;
using Google.Protobuf;
using MetaStore.StateMachine.Backups;
using Mvccpb;

namespace MetaStore.Cli.Output;

/// <summary>One line a field, in the order and spelling of etcdctl's <c>-w fields</c>; lines where etcdctl has no such form.</summary>
internal sealed class FieldsPrinter(TextWriter output) : SimplePrinter(output)
{
    public override void Put(PutResponse response)
    {
        Header(response.Header);
        if (response.PrevKv is { } previous)
        {
            Pair("Prev", previous);
        }
    }

    public override void Range(RangeResponse response, bool valuesOnly, bool countOnly)
    {
        Header(response.Header);
        foreach (var pair in response.Kvs)
        {
            Pair(string.Empty, pair);
        }

        Line("More", response.More);
        Line("Count", response.Count);
    }

    public override void Delete(DeleteRangeResponse response)
    {
        Header(response.Header);
        Line("Deleted", response.Deleted);
        foreach (var pair in response.PrevKvs)
        {
            Pair("Prev", pair);
        }
    }

    public override void Members(MemberListResponse response)
    {
        Header(response.Header);
        foreach (var member in response.Members)
        {
            Member(member);
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

    public override void Alarms(AlarmResponse response)
    {
        Header(response.Header);
        foreach (var alarm in response.Alarms)
        {
            Line("MemberID", alarm.MemberID);
            Line("AlarmType", Rows.NameOf(alarm.Alarm));
            Output.WriteLine();
        }
    }

    public override void SnapshotStatus(BackupSummary summary)
    {
        Line("Hash", summary.Hash);
        Line("Revision", summary.Revision);
        Line("Keys", summary.Entries);
        Line("Size", summary.Bytes);
    }

    public override void Status(IReadOnlyList<EndpointStatus> endpoints)
    {
        foreach (var (endpoint, response, _) in endpoints)
        {
            if (response is null)
            {
                continue;
            }

            Header(response.Header);
            Line("Version", Quoted(response.Version));
            Line("DBSize", response.DbSize);
            Line("DBSizeInUse", response.DbSizeInUse);
            Line("Leader", response.Leader);
            Line("IsLearner", response.IsLearner);
            Line("RaftIndex", response.RaftIndex);
            Line("RaftTerm", response.RaftTerm);
            Line("RaftAppliedIndex", response.RaftAppliedIndex);
            Line("Errors", $"[{string.Join(' ', response.Errors)}]");
            Line("Endpoint", Quoted(endpoint));
            Output.WriteLine();
        }
    }

    public override void Hashes(IReadOnlyList<EndpointHash> endpoints)
    {
        foreach (var (endpoint, response, _) in endpoints)
        {
            if (response is null)
            {
                continue;
            }

            Header(response.Header);
            Line("Endpoint", Quoted(endpoint));
            Line("Hash", response.Hash);
            Line("HashRevision", response.HashRevision);
            Output.WriteLine();
        }
    }

    private void Header(ResponseHeader? header)
    {
        Line("ClusterID", header?.ClusterId ?? 0);
        Line("MemberID", header?.MemberId ?? 0);
        Line("Revision", header?.Revision ?? 0);
        Line("RaftTerm", header?.RaftTerm ?? 0);
    }

    private void Member(Member member)
    {
        Line("ID", member.ID);
        Line("Name", Quoted(member.Name));
        foreach (var url in member.PeerURLs)
        {
            Line("PeerURL", Quoted(url));
        }

        foreach (var url in member.ClientURLs)
        {
            Line("ClientURL", Quoted(url));
        }

        Line("IsLearner", member.IsLearner);
        Output.WriteLine();
    }

    private void Pair(string prefix, KeyValue pair)
    {
        Line(prefix + "Key", Quoted(pair.Key));
        Line(prefix + "CreateRevision", pair.CreateRevision);
        Line(prefix + "ModRevision", pair.ModRevision);
        Line(prefix + "Version", pair.Version);
        Line(prefix + "Value", Quoted(pair.Value));
        Line(prefix + "Lease", pair.Lease);
    }

    private void Line(string name, bool value) => Line(name, value ? "true" : "false");

    private void Line(string name, long value) => Line(name, value.ToString(CultureInfo.InvariantCulture));

    private void Line(string name, ulong value) => Line(name, value.ToString(CultureInfo.InvariantCulture));

    private void Line(string name, string value) => Output.WriteLine($"\"{name}\" : {value}");

    private static string Quoted(string text) => Quoted(ByteString.CopyFromUtf8(text));

    /// <summary>Quoted as a Go program quotes: what cannot be printed becomes an escape.</summary>
    private static string Quoted(ByteString bytes)
    {
        var text = new StringBuilder("\"");
        foreach (var rune in bytes.ToStringUtf8().EnumerateRunes())
        {
            text.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < 0x20 or 0x7f => $"\\x{rune.Value:x2}",
                _ => rune.ToString(),
            });
        }

        return text.Append('"').ToString();
    }
}
