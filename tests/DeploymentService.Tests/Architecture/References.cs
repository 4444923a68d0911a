using System.Reflection;
using System.Reflection.Emit;

namespace DeploymentService.Tests.Architecture;

/// <summary>
/// Which types a type uses: in its declarations, its attributes and the code of its methods. What the compiler folds (constants, names) leaves no trace in a
/// program; the source has a <c>using</c> for it.
/// </summary>
internal static class References
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>The types that a type uses, those that these are made of included.</summary>
    public static IEnumerable<Type> Of(Type type) => Direct(type).SelectMany(Parts).Distinct();

    private static IEnumerable<Type> Direct(Type type) =>
    [
        .. type.BaseType is { } parent ? [parent] : Type.EmptyTypes,
        .. type.GetInterfaces(),
        .. type.GetGenericArguments().Where(argument => argument.IsGenericParameter).SelectMany(argument => argument.GetGenericParameterConstraints()),
        .. OfAttributes(type),
        .. type.GetFields(All).SelectMany(field => OfAttributes(field).Append(field.FieldType)),
        .. type.GetProperties(All).SelectMany(property => OfAttributes(property).Append(property.PropertyType)),
        .. type.GetEvents(All).Select(happening => happening.EventHandlerType!),
        .. type.GetMethods(All).SelectMany(method => OfMethod(method).Append(method.ReturnType)),
        .. type.GetConstructors(All).SelectMany(OfMethod),
    ];

    private static IEnumerable<Type> OfAttributes(MemberInfo member) => OfAttributes(member.GetCustomAttributesData());

    private static IEnumerable<Type> OfAttributes(IEnumerable<CustomAttributeData> attributes) => attributes.SelectMany(attribute => attribute.ConstructorArguments
        .Concat(attribute.NamedArguments.Select(named => named.TypedValue)).Select(value => value.Value).OfType<Type>().Append(attribute.AttributeType));

    private static IEnumerable<Type> OfMethod(MethodBase method) =>
    [
        .. OfAttributes(method),
        .. method.GetParameters().SelectMany(parameter => OfAttributes(parameter.GetCustomAttributesData()).Append(parameter.ParameterType)),
        .. method.GetMethodBody() is { } body
            ? body.LocalVariables.Select(local => local.LocalType)
                .Concat(body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).Select(clause => clause.CatchType!))
                .Concat(Tokens(body.GetILAsByteArray()!).SelectMany(token => OfMember(Resolve(method, token))))
            : [],
    ];

    private static MemberInfo? Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token,
        method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static IEnumerable<Type> OfMember(MemberInfo? member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType!, field.FieldType],
        MethodInfo method => [method.DeclaringType!, method.ReturnType, .. method.IsGenericMethod ? method.GetGenericArguments() : []],
        ConstructorInfo constructor => [constructor.DeclaringType!],
        _ => [],
    };

    /// <summary>The tokens of members and types in a method's code.</summary>
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var place = 0; place < code.Length;)
        {
            var value = code[place] == 0xFE ? unchecked((short)((code[place] << 8) | code[place + 1])) : code[place];
            var instruction = Codes[value];
            place += instruction.Size;
            switch (instruction.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    yield return BitConverter.ToInt32(code, place);
                    place += 4;
                    break;
                case OperandType.InlineSwitch:
                    place += 4 + (4 * BitConverter.ToInt32(code, place));
                    break;
                default:
                    place += SizeOf(instruction.OperandType);
                    break;
            }
        }
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private static IEnumerable<Type> Parts(Type type) => type switch
    {
        { HasElementType: true } => Parts(type.GetElementType()!),
        { IsGenericParameter: true } => [],
        { IsConstructedGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()),
        _ => [type],
    };
}
