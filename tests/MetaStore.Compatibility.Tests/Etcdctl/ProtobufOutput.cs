using MetaStore.Protocol.Etcd;
using Google.Protobuf;

namespace MetaStore.Compatibility.Tests.Etcdctl;

/// <summary>Converts "-w protobuf" to text, so that ids in it can be masked.</summary>
internal static class ProtobufOutput
{
    internal static string Describe(string command, byte[] output)
    {
        if (output.Length == 0)
        {
            return string.Empty;
        }

        MessageParser parser = command switch
        {
            "get" => RangeResponse.Parser,
            "put" => PutResponse.Parser,
            "del" => DeleteRangeResponse.Parser,
            "txn" => TxnResponse.Parser,
            "member" => MemberListResponse.Parser,
            _ => throw new ArgumentException($"no message for the output of {command}", nameof(command)),
        };
        return $"{JsonFormatter.Default.Format(parser.ParseFrom(output))}\n"
            .Replace("\"raftTerm\": \"", "\"raftTerm\":", StringComparison.Ordinal);
    }
}
