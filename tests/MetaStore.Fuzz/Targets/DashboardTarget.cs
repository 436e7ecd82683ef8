using System.Text;
using Grpc.Core;
using MetaStore.Batching.Settings;
using MetaStore.Server.Dashboard.Changes;
using MetaStore.Server.Dashboard.Keys;
using MetaStore.Server.Gateway;
using MetaStore.Server.Services.Mapping;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Fuzz.Targets;

/// <summary>What the dashboard is sent: the bodies of its changes, the arguments of its reads; and the headers of a call at the JSON gateway. The first byte says which.</summary>
internal static class DashboardTarget
{
    private static readonly string[] Keys = ["prefix", "from", "key"];
    private static readonly string[] Numbers = ["revision", "before", "limit", "from"];

    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        byte[] bytes = input[1..];
        try
        {
            switch (input[0] % 4)
            {
                case 0:
                    _ = BatchingMessages.Merge(new BatchSettings(), BatchingChange.Parse(bytes).Settings).Validate();
                    break;
                case 1:
                    _ = SignIn.Parse(bytes);
                    break;
                case 2:
                    ReadArguments(Encoding.Latin1.GetString(bytes));
                    break;
                default:
                    ReadHeaders(Encoding.Latin1.GetString(bytes));
                    break;
            }
        }
        catch (Exception refused) when (refused is BadArgumentException or RpcException)
        {
            // Refused.
        }
    }

    public static IEnumerable<byte[]> Seeds() =>
        new (byte Kind, string Text)[]
        {
            (0, """{"settings":{"policy":"POLICY_ADAPTIVE","maxDelayMicros":"100","max_batch_size":1e3}}"""),
            (0, """{"settings":{},"admission":null}"""),
            (1, """{"name":"root","password":"secret\u00e4\ud83d\ude00"}"""),
            (1, """ {"password":"","name":"a","more":[1,{"b":null}]}"""),
            (2, "?prefix=cC8%3D&from=cC9h&limit=50"),
            (2, "?key=AA==&revision=9223372036854775807&before=0"),
            (3, "Grpc-Timeout: 100m\nGrpc-Metadata-Token: abc\nAuthorization: Bearer x"),
            (3, "Grpc-Metadata-Data-Bin: AAE\ngrpc-timeout: -1H"),
        }.Select(seed => (byte[])[seed.Kind, .. Encoding.UTF8.GetBytes(seed.Text)]);

    private static void ReadArguments(string query)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString("?" + query.TrimStart('?'));
        foreach (string name in Keys)
        {
            byte[] prefix = KeyArguments.Bytes(request, name);
            byte[] end = KeyArguments.EndOf(prefix);
            if (end is not [0] && end.AsSpan().SequenceCompareTo(prefix) <= 0)
            {
                throw new InvalidOperationException("the end of the keys with a prefix is not after it");
            }
        }

        foreach (string name in Numbers)
        {
            _ = KeyArguments.Number(request, name);
        }
    }

    private static void ReadHeaders(string text)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        foreach (string line in text.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                request.Headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }

        _ = GatewayDeadline.Of(request);
        _ = GatewayMetadata.Of(request);
    }
}
