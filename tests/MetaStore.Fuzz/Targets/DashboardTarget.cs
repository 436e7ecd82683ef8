using System.Text;
using System.Text.Json;
using Grpc.Core;
using MetaStore.Batching.Settings;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Dashboard.Changes;
using MetaStore.Server.Dashboard.Keys;
using MetaStore.Server.Gateway;
using MetaStore.Server.Services.Mapping;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Fuzz.Targets;

/// <summary>What the dashboard is sent: the bodies of its changes, the arguments of its reads; and the headers of a call at the JSON gateway. The first byte says which. What is read can be written, and is then read as the same.</summary>
internal static class DashboardTarget
{
    private static readonly string[] Keys = ["prefix", "from", "key"];
    private static readonly string[] Numbers = ["revision", "before", "limit"];

    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        byte[] bytes = input[1..];
        try
        {
            switch (input[0] % 4)
            {
                case 0:
                    ReadSettings(bytes);
                    break;
                case 1:
                    ReadSignIn(bytes);
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
            return false;
        }

        return true;
    }

    public static IEnumerable<byte[]> Seeds() =>
        new (byte Kind, string Text)[]
        {
            (0, """{"settings":{"policy":"BATCH_POLICY_FIXED","maxTimeoutUs":"10000","max_batch_size":2e2}}"""),
            (0, """{"settings":{},"admission":null}"""),
            (1, """{"name":"root","password":"secret\u00e4\ud83d\ude00"}"""),
            (1, """ {"password":"","name":"a","more":[1,{"b":null}]}"""),
            (2, "?prefix=cC8%3D&from=cC9h&limit=50"),
            (2, "?key=AA==&revision=9223372036854775807&before=0"),
            (3, "Grpc-Timeout: 100m\nGrpc-Metadata-Token: abc\nAuthorization: Bearer x"),
            (3, "Grpc-Metadata-Data: AAE\ngrpc-timeout: -1H"),
        }.Select(seed => (byte[])[seed.Kind, .. Encoding.UTF8.GetBytes(seed.Text)]);

    private static void ReadSettings(byte[] bytes)
    {
        BatchSettings merged = BatchingMessages.Merge(new BatchSettings(), BatchingChange.Parse(bytes).Settings);
        merged.Validate();
        if (BatchingMessages.Merge(new BatchSettings(), BatchingMessages.ToWire(merged)) != merged)
        {
            throw new InvalidOperationException("settings that were read are sent as others");
        }
    }

    private static void ReadSignIn(byte[] bytes)
    {
        AuthenticateRequest read = SignIn.Parse(bytes);
        byte[] written = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["name"] = read.Name, ["password"] = read.Password });
        if (!SignIn.Parse(written).Equals(read) || bytes.AsSpan().ContainsAnyExcept((byte)0))
        {
            throw new InvalidOperationException("a user is read as another one, or the password stays in memory");
        }
    }

    private static void ReadArguments(string query)
    {
        HttpRequest request = Asking("?" + query.TrimStart('?'));
        foreach (string name in Keys)
        {
            byte[] key = KeyArguments.Bytes(request, name);
            CheckPrefix(key);
            if (key.Length > KeyArguments.KeyBytesMax || !KeyArguments.Bytes(Asking($"?{name}={Uri.EscapeDataString(Convert.ToBase64String(key))}"), name).AsSpan().SequenceEqual(key))
            {
                throw new InvalidOperationException("a key that was read is not read again");
            }
        }

        if (Numbers.Any(name => KeyArguments.Number(request, name) < 0))
        {
            throw new InvalidOperationException("a number is negative");
        }
    }

    private static HttpRequest Asking(string query)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        return request;
    }

    /// <summary>The keys with a prefix are those from it to its end, and the first key after them is not.</summary>
    private static void CheckPrefix(byte[] prefix)
    {
        byte[] end = KeyArguments.EndOf(prefix);
        byte[] last = [.. prefix, 0xff, 0xff];
        bool isAfter = end is [0] || (end.AsSpan().SequenceCompareTo(last) > 0 && !end.AsSpan().StartsWith(prefix));
        if (!isAfter || (end is [0] && prefix.AsSpan().ContainsAnyExcept((byte)0xff)))
        {
            throw new InvalidOperationException("the end of the keys with a prefix is not after them");
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

        if (GatewayDeadline.Of(request) is { } timeout && (timeout < -TimeSpan.FromSeconds(1) || timeout > TimeSpan.FromDays(40)))
        {
            throw new InvalidOperationException("a timer cannot hold the time of a call");
        }

        if (GatewayMetadata.Of(request).Any(entry => entry.Key.Any(char.IsAsciiLetterUpper)))
        {
            throw new InvalidOperationException("a key of metadata has upper-case letters");
        }
    }
}
