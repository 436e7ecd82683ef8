using Google.Protobuf;
using Google.Protobuf.Reflection;
using global::Grpc.Reflection.V1;

namespace MetaStore.Grpc.Reflection;

/// <summary>Answers reflection questions about a fixed set of services. Immutable.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly ListServiceResponse _services = new();

    public DescriptorIndex(IEnumerable<ServiceDescriptor> services)
    {
        foreach (var service in services)
        {
            _services.Service.Add(new ServiceResponse { Name = service.FullName });
            AddFile(service.File);
        }
    }

    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = _services;
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                AnswerFile(response, _files, request.FileByFilename);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                AnswerFile(response, _symbols, request.FileContainingSymbol);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.None:
                response.ErrorResponse = NewError(StatusCode.InvalidArgument, "the request asks nothing");
                break;
            default:
                response.ErrorResponse = NewError(StatusCode.NotFound, "proto3 services have no extensions");
                break;
        }

        return response;
    }

    private static void AnswerFile(ServerReflectionResponse response, Dictionary<string, FileDescriptor> index, string name)
    {
        if (!index.TryGetValue(name, out var file))
        {
            response.ErrorResponse = NewError(StatusCode.NotFound, $"not found: {name}");
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse();
        AddWithImports(file, response.FileDescriptorResponse, []);
    }

    private static void AddWithImports(FileDescriptor file, FileDescriptorResponse target, HashSet<string> seen)
    {
        if (seen.Add(file.Name))
        {
            target.FileDescriptorProto.Add(file.SerializedData);
            foreach (var import in file.Dependencies)
            {
                AddWithImports(import, target, seen);
            }
        }
    }

    private static ErrorResponse NewError(StatusCode code, string message) => new() { ErrorCode = (int)code, ErrorMessage = message };

    private void AddFile(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (var method in service.Methods)
            {
                _symbols[method.FullName] = file;
            }
        }

        foreach (var message in file.MessageTypes)
        {
            AddMessage(message);
        }

        foreach (var enumeration in file.EnumTypes)
        {
            _symbols[enumeration.FullName] = file;
        }

        foreach (var import in file.Dependencies)
        {
            AddFile(import);
        }
    }

    private void AddMessage(MessageDescriptor message)
    {
        _symbols[message.FullName] = message.File;
        foreach (var nested in message.NestedTypes)
        {
            AddMessage(nested);
        }

        foreach (var enumeration in message.EnumTypes)
        {
            _symbols[enumeration.FullName] = message.File;
        }
    }
}
