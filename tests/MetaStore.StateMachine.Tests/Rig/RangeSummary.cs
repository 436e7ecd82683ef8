using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>A range result as text, independent of engine memory.</summary>
internal sealed record RangeSummary(ErrorCode Error, string Kvs, long Count, bool More, long Revision)
{
    public static RangeSummary Of(in RangeResult result)
        => new(result.Error, string.Join(' ', result.Kvs.Select(kv => Show(kv))), result.Count, result.More, result.Revision);

    /// <summary>Only the keys.</summary>
    public string Keys => string.Join(' ', Kvs.Split(' ').Select(kv => kv.Split('=')[0]));

    /// <summary>key=value@create/mod/version, with +lease if there is one.</summary>
    public static string Show(in KeyValue kv)
        => $"{Bytes.Text(kv.Key)}={Bytes.Text(kv.Value)}@{kv.CreateRevision}/{kv.ModRevision}/{kv.Version}{(kv.Lease == 0 ? string.Empty : $"+{kv.Lease}")}";

    public static string Show(IReadOnlyList<KeyValue>? kvs) => kvs is null ? "-" : string.Join(' ', kvs.Select(kv => Show(kv)));
}
