namespace MetaStore.Grpc.Tests.Echoing;

internal static class EchoMethods
{
    public static readonly Method<EchoRequest, EchoReply> Unary = new(EchoService.Descriptor, "Unary");
    public static readonly Method<EchoRequest, EchoReply> ServerStream = new(EchoService.Descriptor, "ServerStream");
    public static readonly Method<EchoRequest, EchoReply> ClientStream = new(EchoService.Descriptor, "ClientStream");
    public static readonly Method<EchoRequest, EchoReply> Duplex = new(EchoService.Descriptor, "Duplex");
    public static readonly Method<EchoRequest, EchoReply> Wait = new(EchoService.Descriptor, "Wait");
    public static readonly Method<EchoRequest, EchoReply> Absent = new(EchoService.Descriptor, "Absent");
}
