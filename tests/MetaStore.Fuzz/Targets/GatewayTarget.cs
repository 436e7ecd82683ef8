using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Gateway;
using MetaStore.Server.Gateway.Json;

namespace MetaStore.Fuzz.Targets;

/// <summary>The body of a call at the JSON gateway. The first byte says which; what is read is written, and read again as the same.</summary>
internal static class GatewayTarget
{
    private const int MessageBytesMax = 1 << 20;

    private static readonly MethodDescriptor[] Methods =
        [.. new[] { Auth.Descriptor, KV.Descriptor, Watch.Descriptor, Lease.Descriptor, Cluster.Descriptor, Maintenance.Descriptor }.SelectMany(service => service.Methods)];

    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        MethodDescriptor method = Methods[input[0] % Methods.Length];
        bool isRead = false;
        try
        {
            // Of a stream, as Kestrel's: the reader of a sequence cannot be advanced when it is empty.
            var body = PipeReader.Create(new MemoryStream(input, 1, input.Length - 1));
            var requests = new JsonRequestStream(body, method, MessageBytesMax);
            while (requests.MoveNext(CancellationToken.None).GetAwaiter().GetResult())
            {
                CheckWriting(method, requests.Current);
                isRead = true;
            }
        }
        catch (RpcException)
        {
            return false;
        }

        return isRead;
    }

    public static IEnumerable<byte[]> Seeds() =>
        new (string Method, string Body)[]
        {
            ("Authenticate", """{"name":"root","password":"secret"}"""),
            ("UserAdd", """{"name":"a","password":"b","options":{"no_password":true},"hashedPassword":"c"}"""),
            ("UserGrantRole", """{"user":"a","role":"\u0062\ud83d\ude00"}"""),
            ("RoleGrantPermission", """{"name":"r","perm":{"permType":"READWRITE","key":"cC8=","range_end":"cDA="}}"""),
            ("RoleGrantPermission", """{"name":"r","perm":{"permType":2,"key":"AA=="}} """),
            ("RoleRevokePermission", """{"role":"r","key":"cC8=","range_end":null}"""),
            ("AuthEnable", "{}"),
            ("Range", """{"key":"AA==","range_end":"AA==","limit":"9223372036854775807","sort_order":"DESCEND","sort_target":3,"keys_only":false}"""),
            ("Txn", """{"compare":[{"result":"EQUAL","target":"VERSION","key":"YQ==","version":"-1"}],"success":[{"requestPut":{"key":"YQ==","value":"Yg=="}}],"failure":[{"request_range":{"key":"YQ=="}}]}"""),
            ("Watch", """{"create_request":{"key":"YQ==","filters":["NOPUT",1],"watch_id":1000}}{"cancel_request":{"watch_id":"1000"}}"""),
            ("LeaseGrant", """{"TTL":60,"ID":0}"""),
        }.Select(seed => (byte[])[(byte)Index(seed.Method), .. Encoding.UTF8.GetBytes(seed.Body)]);

    private static void CheckWriting(MethodDescriptor method, IMessage message)
    {
        var written = new ArrayBufferWriter<byte>();
        GatewayJson.Write(written, message);
        IMessage again;
        try
        {
            again = MessageReader.Read(written.WrittenMemory, method.InputType);
        }
        catch (RpcException refused)
        {
            throw new InvalidOperationException("a message that was written is not read", refused);
        }

        if (!again.Equals(message))
        {
            throw new InvalidOperationException("a message that was written is read as another one");
        }
    }

    private static int Index(string name) => Methods.Select((method, at) => (method.Name, at)).First(method => method.Name == name).at;
}
