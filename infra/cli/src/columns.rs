//! Which column holds which field: by its name in Spanish, Portuguese or English, or as the operator says.

use domain::fold::fold;

/// A field, and the names that its column may have, the most telling first. Names are compared without case, accents and
/// signs.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) known_as: &'static [&'static str],
}

const PHONE: Field = Field {
    name: "phone",
    known_as: &[
        "phone",
        "whatsapp",
        "whats app",
        "wpp",
        "zap",
        "celular",
        "movil",
        "telefono movil",
        "telefone celular",
        "numero de celular",
        "numero whatsapp",
        "numero de whatsapp",
        "mobile",
        "mobile phone",
        "cell",
        "cell phone",
        "telefono",
        "telefone",
        "fone",
        "fono",
        "tel",
        "tel celular",
        "numero de telefono",
        "numero de telefone",
        "phone number",
        "phonenumber",
        "numero",
        "contacto",
        "contato",
        "telefono cliente",
        "telefone cliente",
        "telefone do cliente",
        "telefono del cliente",
        "customer phone",
    ],
};
const CUSTOMER_ID: Field = Field { name: "customer_id", known_as: &["customer_id", "customerid"] };
const PET: Field = Field {
    name: "pet",
    known_as: &[
        "pet",
        "mascota",
        "nombre mascota",
        "nombre de la mascota",
        "nome do pet",
        "nome pet",
        "pet name",
        "animal",
        "nome do animal",
    ],
};

/// The fields of a customer.
pub(crate) const CUSTOMER: &[Field] = &[
    PHONE,
    Field {
        name: "name",
        known_as: &[
            "name",
            "nome",
            "nombre",
            "nome completo",
            "nombre completo",
            "full name",
            "nombre y apellido",
            "nombre y apellidos",
            "nombres",
            "cliente",
            "customer",
            "tutor",
            "nome do cliente",
            "nombre del cliente",
            "nome cliente",
            "nombre cliente",
            "customer name",
            "first name",
            "primeiro nome",
            "primer nombre",
            "razao social",
        ],
    },
    Field {
        name: "last_name",
        known_as: &["last name", "apellido", "apellidos", "sobrenome", "surname", "ultimo nome", "lastname"],
    },
    Field {
        name: "email",
        known_as: &["email", "e mail", "mail", "correo", "correo electronico", "email cliente", "endereco de email"],
    },
    Field {
        name: "birthday",
        known_as: &[
            "birthday",
            "nascimento",
            "data de nascimento",
            "data nascimento",
            "dt nascimento",
            "data nasc",
            "dt nasc",
            "nacimiento",
            "fecha de nacimiento",
            "fecha nacimiento",
            "fec nacimiento",
            "f nacimiento",
            "cumpleanos",
            "fecha de cumpleanos",
            "aniversario",
            "data de aniversario",
            "date of birth",
            "birth date",
            "birthdate",
            "dob",
        ],
    },
    Field { name: "gender", known_as: &["gender", "genero", "sexo", "sex"] },
    Field { name: "city", known_as: &["city", "cidade", "ciudad", "municipio", "localidad", "localidade", "town"] },
    Field { name: "locale", known_as: &["locale", "idioma", "lengua", "lingua", "language"] },
    Field {
        name: "marketing_consent",
        known_as: &[
            "marketing_consent",
            "marketing",
            "consent",
            "consentimiento",
            "consentimento",
            "acepta publicidad",
            "aceita marketing",
            "acepta marketing",
            "aceita promocoes",
            "acepta promociones",
            "opt in",
            "optin",
        ],
    },
    PET,
    Field {
        name: "species",
        known_as: &["species", "especie", "tipo de mascota", "tipo de animal", "especie mascota", "especie do pet"],
    },
    Field {
        name: "pet_birthday",
        known_as: &[
            "pet birthday",
            "nascimento do pet",
            "nascimento pet",
            "nacimiento mascota",
            "cumpleanos mascota",
            "aniversario do pet",
            "fecha de nacimiento mascota",
            "fecha de nacimiento de la mascota",
            "data de nascimento do pet",
        ],
    },
    Field { name: "pets", known_as: &["pets"] },
];

/// The fields of a purchase, or of a line of one.
pub(crate) const PURCHASE: &[Field] = &[
    Field {
        name: "invoice_id",
        known_as: &[
            "invoice_id",
            "invoice",
            "invoice number",
            "factura",
            "numero de factura",
            "nro factura",
            "num factura",
            "no factura",
            "boleta",
            "nota fiscal",
            "numero da nota",
            "nf",
            "nota",
            "cupom",
            "comprobante",
            "ticket",
            "pedido",
            "numero do pedido",
            "numero de pedido",
            "venda",
            "venta",
            "id venda",
            "id venta",
            "order",
            "order id",
            "order number",
            "folio",
            "documento",
            "id",
        ],
    },
    PHONE,
    CUSTOMER_ID,
    Field {
        name: "at",
        known_as: &[
            "at",
            "fecha",
            "data",
            "date",
            "fecha y hora",
            "data e hora",
            "data hora",
            "fecha hora",
            "data da compra",
            "data da venda",
            "fecha de compra",
            "fecha compra",
            "fecha de venta",
            "fecha venta",
            "data venda",
            "data compra",
            "purchase date",
            "order date",
            "emissao",
            "data de emissao",
            "fecha de emision",
            "emision",
            "datetime",
            "timestamp",
        ],
    },
    Field { name: "time", known_as: &["time", "hora", "horario"] },
    Field {
        name: "total",
        known_as: &[
            "total",
            "valor total",
            "importe total",
            "monto total",
            "total factura",
            "total da nota",
            "total venda",
            "total venta",
            "grand total",
            "total pago",
            "monto",
            "importe",
            "valor",
            "valor pago",
        ],
    },
    Field {
        name: "amount",
        known_as: &[
            "amount",
            "subtotal",
            "sub total",
            "valor do item",
            "valor item",
            "valor linea",
            "importe linea",
            "total linea",
            "total do item",
            "total item",
            "line total",
            "line amount",
            "valor do produto",
        ],
    },
    Field { name: "currency", known_as: &["currency", "moneda", "moeda"] },
    Field { name: "version", known_as: &["version", "versao"] },
    Field {
        name: "product",
        known_as: &[
            "product",
            "produto",
            "producto",
            "servico",
            "servicio",
            "service",
            "item",
            "articulo",
            "artigo",
            "descricao",
            "descripcion",
            "description",
            "descricao do produto",
            "nombre producto",
            "nome do produto",
            "produto servico",
            "product name",
        ],
    },
    Field { name: "ingredients", known_as: &["ingredients", "ingredientes"] },
    Field {
        name: "quantity",
        known_as: &["quantity", "quantidade", "cantidad", "qtd", "qtde", "qty", "cant", "unidades", "units"],
    },
    Field { name: "lines", known_as: &["lines"] },
];

/// The fields of an appointment.
pub(crate) const APPOINTMENT: &[Field] = &[
    Field {
        name: "appointment_id",
        known_as: &[
            "appointment_id",
            "appointment",
            "cita",
            "id cita",
            "numero de cita",
            "agendamento",
            "id agendamento",
            "reserva",
            "id reserva",
            "turno",
            "id turno",
            "booking",
            "booking id",
            "codigo",
            "id",
        ],
    },
    PHONE,
    CUSTOMER_ID,
    PET,
    Field {
        name: "service",
        known_as: &["service", "servico", "servicio", "procedimento", "procedimiento", "tratamiento", "tratamento"],
    },
    Field {
        name: "start",
        known_as: &[
            "start",
            "fecha",
            "data",
            "date",
            "inicio",
            "fecha y hora",
            "data e hora",
            "data hora",
            "fecha hora",
            "fecha de la cita",
            "fecha cita",
            "data do agendamento",
            "data agendamento",
            "fecha turno",
            "datetime",
        ],
    },
    Field { name: "time", known_as: &["time", "hora", "horario", "hora inicio", "hora de inicio"] },
    Field {
        name: "minutes",
        known_as: &["minutes", "minutos", "duracion", "duracao", "duration", "duracion minutos", "duracao minutos"],
    },
    Field { name: "price", known_as: &["price", "precio", "preco", "valor", "importe", "monto", "total"] },
    Field { name: "status", known_as: &["status", "estado", "situacao", "situacion", "estatus"] },
];

/// The columns that this tool adds to a file of rejected lines.
pub(crate) const ADDED: [&str; 2] = ["recado_line", "recado_reason"];

/// Where each field stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// By field: the column.
    places: Vec<(&'static str, usize)>,
}

impl Mapping {
    /// Gives each field the column whose name tells it best. `given` has pairs `column=field`; `column=-` leaves one out.
    pub(crate) fn new(
        fields: &'static [Field],
        columns: &[String],
        given: &[(String, String)],
    ) -> Result<Self, String> {
        let folded: Vec<String> = columns.iter().map(|column| fold(column)).collect();
        let mut taken = vec![false; columns.len()];
        let mut places = Vec::new();
        for (column, field) in given {
            let place = columns.iter().position(|known| known == column);
            let place = place.or_else(|| folded.iter().position(|known| *known == fold(column)));
            let place = place.ok_or_else(|| {
                format!("--map {column}={field}: the file has no column {column}; it has: {}", columns.join(", "))
            })?;
            if let Some(taken) = taken.get_mut(place) {
                *taken = true;
            }
            if field == "-" {
                continue;
            }
            let known = fields.iter().find(|known| known.name == field).ok_or_else(|| {
                let all: Vec<_> = fields.iter().map(|field| field.name).collect();
                format!("--map {column}={field}: there is no field {field}; there are: {}", all.join(", "))
            })?;
            places.push((known.name, place));
        }
        for field in fields {
            if places.iter().any(|(name, _)| *name == field.name) {
                continue;
            }
            let best = field.known_as.iter().find_map(|name| {
                let place = folded.iter().position(|column| column == &fold(name))?;
                let is_free = taken.get(place).is_some_and(|taken| !taken);
                is_free.then_some(place)
            });
            if let Some(place) = best {
                if let Some(taken) = taken.get_mut(place) {
                    *taken = true;
                }
                places.push((field.name, place));
            }
        }
        Ok(Self { places })
    }

    /// The column of a field.
    pub(crate) fn place(&self, field: &str) -> Option<usize> {
        self.places.iter().find_map(|(name, place)| (*name == field).then_some(*place))
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.place(field).is_some()
    }

    /// The field that a column holds.
    pub(crate) fn field(&self, column: usize) -> Option<&'static str> {
        self.places.iter().find_map(|(name, place)| (*place == column).then_some(*name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(fields: &'static [Field], columns: &[&str], given: &[(&str, &str)]) -> Vec<String> {
        let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
        let given: Vec<_> = given.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let mapping = Mapping::new(fields, &columns, &given).unwrap();
        (0..columns.len()).map(|place| mapping.field(place).unwrap_or("-").to_owned()).collect()
    }

    #[test]
    fn columns_as_programs_in_latin_america_name_them() {
        for (columns, fields) in [
            (vec!["Nome", "Telefone", "Celular", "E-mail", "Data de Nascimento"], "name - phone email birthday"),
            (
                vec!["NOMBRE", "APELLIDOS", "Teléfono", "Correo electrónico", "Cumpleaños"],
                "name last_name phone email birthday",
            ),
            (vec!["Tutor", "WhatsApp", "Pet", "Espécie", "Cidade", "Sexo"], "name phone pet species city gender"),
            (vec!["Full name", "Phone number", "DOB", "Opt-in"], "name phone birthday marketing_consent"),
            (vec!["fone", "nascimento", "recado_line", "recado_reason"], "phone birthday - -"),
        ] {
            assert_eq!(mapped(CUSTOMER, &columns, &[]).join(" "), fields, "{columns:?}");
        }
        let sales = ["Nº Factura", "Fecha", "Hora", "Celular", "Producto", "Cantidad", "Subtotal", "Total"];
        let given = [("Nº Factura", "invoice_id")];
        assert_eq!(
            mapped(PURCHASE, &sales, &given).join(" "),
            "invoice_id at time phone product quantity amount total"
        );
        let diary = ["Data", "Hora", "Telefone", "Pet", "Serviço", "Preço", "Situação"];
        assert_eq!(mapped(APPOINTMENT, &diary, &[]).join(" "), "start time phone pet service price status");
    }

    #[test]
    fn the_operator_may_say_otherwise() {
        let columns = ["Telefone", "Celular", "Obs"];
        assert_eq!(mapped(CUSTOMER, &columns, &[("telefone", "phone"), ("Obs", "city")]).join(" "), "phone - city");
        assert_eq!(mapped(CUSTOMER, &columns, &[("Celular", "-")]).join(" "), "phone - -");
        let columns = ["Fone".to_owned()];
        let wrong = |column: &str, field: &str| {
            Mapping::new(CUSTOMER, &columns, &[(column.to_owned(), field.to_owned())]).unwrap_err()
        };
        assert!(wrong("Tel", "phone").contains("it has: Fone"));
        assert!(wrong("Fone", "fax").contains("there is no field fax"));
    }

    #[test]
    fn no_name_tells_two_fields_of_one_kind_as_well() {
        for fields in [CUSTOMER, PURCHASE, APPOINTMENT] {
            let mut all: Vec<_> = fields.iter().flat_map(|field| field.known_as).map(|name| fold(name)).collect();
            let count = all.len();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count);
            assert!(fields.iter().flat_map(|field| field.known_as).all(|name| !name.is_empty()));
        }
    }
}
